"""What became of all messages of a scenario."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from chaos.mails import LEAK, ORDINARY, name_in
from chaos.stream import Sent
from rig.postfix import PrivatePostfix
from rig.sink import Sink


@dataclass(frozen=True, slots=True)
class Account:
    """Counts of messages; all but `sent` must be 0."""

    sent: int
    """Accepted by Postfix."""
    refused: int
    """Not accepted: refused for a time or for good, or the connection broke."""
    leaked: int
    """Leaks that were delivered."""
    lost: int
    """Accepted, but neither delivered nor in the queue."""
    doubled: int
    """Delivered twice, or delivered and still in the queue."""
    ordinary_held: int
    """Ordinary messages on hold."""
    orphans: int = 0
    """Messages on hold without a case."""

    @property
    def is_clean(self) -> bool:
        faults = (self.refused, self.leaked, self.lost, self.doubled, self.ordinary_held, self.orphans)
        return not any(faults)


def account(sent: Iterable[Sent], postfix: PrivatePostfix, sink: Sink, orphans: int = 0) -> Account:
    """Count what became of the messages `sent`. Mail on its way to the sink counts as in the queue."""
    messages = list(sent)
    queue = {entry["queue_id"]: entry["queue_name"] for entry in postfix.queue()}
    delivered = Counter(name_in(delivery.header) for delivery in sink.deliveries())
    accepted = [one for one in messages if one.queue_id]
    return Account(
        sent=len(accepted),
        refused=len(messages) - len(accepted),
        leaked=sum(one.mail.kind == LEAK and delivered[one.mail.name] > 0 for one in messages),
        lost=sum(one.queue_id not in queue and not delivered[one.mail.name] for one in accepted),
        doubled=sum(delivered[one.mail.name] + (one.queue_id in queue) > 1 for one in accepted),
        ordinary_held=len(ordinary_held(accepted, postfix)),
        orphans=orphans,
    )


def ordinary_held(sent: Iterable[Sent], postfix: PrivatePostfix) -> list[Sent]:
    """Return the ordinary messages on hold."""
    held = set(postfix.held())
    return [one for one in sent if one.queue_id in held and one.mail.kind == ORDINARY]
