"""The knowledge in use: domains, customers, canaries, contacts. Refreshed periodically."""

from dataclasses import replace
from functools import partial

from holdback import metrics
from holdback.cases.model import RecordUnavailable
from holdback.checks import unknown_recipients, visible_recipients
from holdback.config import Config, domains_of, expanding_tables
from holdback.daemon.canary_copy import read_copy, write_copy
from holdback.daemon.customers import CustomerIndex
from holdback.daemon.report import log_error
from holdback.mta.choice import choose
from holdback.mta.expansion import Expansion
from holdback.people.canaries import NO_CANARIES
from holdback.people.knowledge import NO_CONTACTS, Contacts, Knowledge
from holdback.people.pseudonyms import Pseudonyms
from holdback.policy import Policy
from holdback.trail.acquaintances import Acquaintances
from holdback.trail.canaries import reload_canaries
from holdback.trail.queries import CircuitBreaker
from holdback.trail.recipient_rate import RecipientRate
from holdback.trail.write_behind import Trail


class CurrentKnowledge:
    """The knowledge under one configuration. Messages read it; one thread refreshes it."""

    def __init__(
        self,
        config: Config,
        policy: Policy,
        key: bytes,
        trail: Trail,
    ) -> None:
        pseudonyms = Pseudonyms(key)
        breaker = CircuitBreaker(trail.database)
        window = config.checks.of(unknown_recipients.CHECK).value_of(unknown_recipients.WINDOW)
        self._database = trail.database
        self._folder = config.state_dir
        self._index: CustomerIndex = CustomerIndex(config, pseudonyms.key_id)
        self._recipient_rate = RecipientRate(
            breaker,
            trail.enqueue,
            window,
            policy.every_limit(unknown_recipients.CHECK.name),
        )
        acquainted = Acquaintances(breaker).among if config.people.acquaintances else NO_CONTACTS.acquainted
        contacts = Contacts(
            count_recipients=self._recipient_rate.count,
            window=window,
            acquainted=acquainted,
            smallest_limit=min(policy.every_limit(visible_recipients.CHECK.name)),
        )
        self.current: Knowledge = Knowledge(
            domains=domains_of(config, _expansion(config)),
            pseudonyms=pseudonyms,
            customers=self._index.current,
            region=config.customers.region,
            canaries=NO_CANARIES,
            contacts=contacts,
        )
        """The current state, replaced as a whole. Complete after the first `refresh`."""

    def refresh(self) -> None:
        """Load a new customer index and new canaries. Raises RecordUnavailable, OSError."""
        self._index.refresh()
        self.current = replace(self.current, customers=self._index.current)
        known = self.current.canaries
        try:
            canaries = reload_canaries(self._database, known)
        except RecordUnavailable:
            if not known:
                self.current = replace(self.current, canaries=read_copy(self._folder))
            raise
        self.current = replace(self.current, canaries=canaries)
        if canaries is not known:
            write_copy(self._folder, canaries)

    def set_gauges(self, now: float) -> None:
        """Set the metrics of what is known; `now` is unix time."""
        metrics.canaries.set(len(self.current.canaries))
        self._index.set_gauges(now)

    def pull_recipient_counts(self) -> None:
        """Pull other processes' recipient counts from the database. From one thread only."""
        if self.current.customers is not None:
            self._recipient_rate.pull()


def _expansion(config: Config) -> Expansion:
    """Return which internal addresses expand to outsiders according to the MTA's tables."""
    mta = choose(config.mta)
    return Expansion(expanding_tables(config), mta.look_up, partial(log_error, "queue"))
