"""What this process knows about people: customers, canaries, contacts; kept up to date between messages."""

from dataclasses import replace

from holdback import metrics
from holdback.config import Config
from holdback.daemon.customers import CustomerIndex
from holdback.people.canaries import NO_CANARIES
from holdback.people.contacts import NO_CONTACTS, Contacts
from holdback.people.knowledge import Known
from holdback.people.pseudonyms import Pseudonyms
from holdback.policy import Policy
from holdback.trail.acquaintances import Acquaintances
from holdback.trail.canaries import reload_canaries
from holdback.trail.queries import CircuitBreaker
from holdback.trail.recipient_rate import RecipientRate
from holdback.trail.write_behind import Trail


class Knowing:
    """The knowledge that one configuration asks for. Messages read it, one thread at a time refreshes it."""

    def __init__(
        self, config: Config, policy: Policy, key: bytes, trail: Trail, before: "Knowing | None" = None
    ) -> None:
        """`before`: what was known under the last configuration, after a reload; it serves meanwhile."""
        pseudonyms = Pseudonyms(key)
        breaker = CircuitBreaker(trail.database)
        self._database = trail.database
        self._index: CustomerIndex = CustomerIndex(
            config, pseudonyms.key_id, before._index if before else None
        )
        self._recipient_rate = RecipientRate(
            breaker,
            trail.enqueue,
            config.checks.unknown_recipients.window,
            policy.every_limit("unknown_recipients"),
        )
        acquainted = Acquaintances(breaker).among if config.people.acquaintances else NO_CONTACTS.acquainted
        self.contacts = Contacts(
            approach=self._recipient_rate.count,
            window=config.checks.unknown_recipients.window,
            acquainted=acquainted,
            matters_from=min(policy.every_limit("visible_recipients")),
        )
        """What checks may ask about contacts."""
        canaries = before.known.canaries if before else NO_CANARIES
        self.known: Known = Known(pseudonyms, self._index.current, config.customers.region, canaries)
        """The current state, swapped as a whole. Complete after the first `refresh`."""

    def refresh(self, now: float) -> None:
        """Take over what has changed: a new customer index, new canaries. Raises RecordUnavailable.

        `now` is unix time.
        """
        self._index.refresh(now)
        self.known = replace(self.known, customers=self._index.current)
        canaries = reload_canaries(self._database, self.known.canaries)
        metrics.canaries.set(len(canaries))
        self.known = replace(self.known, canaries=canaries)

    def listen(self) -> None:
        """Hear from the other processes whom their senders wrote to. From one thread only."""
        if self.known.customers is not None:
            self._recipient_rate.pull()
