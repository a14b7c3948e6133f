"""The protocol between Holdback and the queue of an MTA, and the values that cross it."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol, Self


class Place(StrEnum):
    """Where a message is, as far as a decision about it is concerned."""

    HELD = "held"
    """It stays until it is released, deleted or returned."""
    ARRIVING = "arriving"
    """Accepted, but not yet where the MTA holds or delivers it."""
    LEAVING = "leaving"
    """The MTA delivers it, or tries again later."""
    GONE = "gone"
    """Delivered, deleted, or set aside as damaged: the MTA will not deliver it from here."""


class MtaError(Exception):
    """A program of the MTA failed: which one, with which exit code, and the first line of its complaint.

    Addresses are removed from that line.
    """

    def __init__(self, command: str, code: int | None, reason: str) -> None:
        self.command = command
        self.code = code
        """Exit code; None if the program could not be run or took too long."""
        self.reason = re.sub(r"\S*@\S*", "(address)", reason)
        exited = f" (exit {code})" if code else ""
        super().__init__(f"{command}: {self.reason or 'no reason given'}{exited}")


@dataclass(frozen=True, slots=True)
class Queued:
    """One message in the listing of the queue."""

    queue_id: str
    place: Place
    arrived: float
    """Unix time in whole seconds: the start of the transaction, so before the milter sees its end."""
    size: int
    sender: str
    """Quoted where RFC 5321 asks for it; empty for a bounce."""
    recipients: int
    """Number of recipients that have not got the message yet."""
    is_unique: bool = False
    """The MTA never uses the queue id for another message."""


@dataclass(frozen=True, slots=True)
class HeldMail:
    """A held message as its client handed it over, for an inspection."""

    sender: str
    recipients: tuple[str, ...]
    """As the client named them, before aliases; without what the MTA added (always_bcc)."""
    login: str
    """SASL user name; empty without authentication."""
    client: str
    """IP address of the client; 127.0.0.1 for sendmail(1)."""
    raw: bytes
    """Header and body, lines ending in LF, without the Received field that the MTA added."""


class Holder(StrEnum):
    """Who put a message on hold, according to the queue."""

    MILTER = "milter"
    """Holdback, when the message arrived."""
    OTHER = "other"
    """Another program, or an administrator."""
    UNKNOWN = "unknown"
    """The queue does not record it."""


class Fitness(StrEnum):
    """How well one setting of the MTA fits Holdback, best first."""

    GOOD = "good"
    WEAK = "weak"
    """Mail is guarded, but less well than it could be."""
    WRONG = "wrong"
    """Mail is held, or passes Holdback by."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of the MTA that matters to Holdback."""

    name: str
    """As the MTA's own documentation calls it."""
    fitness: Fitness
    text: str
    """What is set."""
    advice: str = ""
    """How to correct it; empty if it is good."""


@dataclass(frozen=True, slots=True)
class Submission:
    """The envelope of a message to be submitted again; addresses and options as this MTA's queue has them."""

    sender: str
    recipients: tuple[tuple[str, ...], ...]
    """An address as it was given to the MTA, and its options (RFC 3461), for each recipient. Without those
    that the MTA adds by itself, as an archive."""
    attributes: tuple[str, ...]
    """Options of the whole message."""
    delivered_to: frozenset[str]
    """Every address that the MTA delivers to, those that it added included."""

    def with_recipients(self, addresses: Iterable[str]) -> Self:
        """Return the same envelope with further recipients."""
        return replace(self, recipients=(*self.recipients, *((address,) for address in sorted(addresses))))


@dataclass(frozen=True, slots=True)
class Delivery:
    """What the MTA's log proves of one message that was released."""

    sent: int
    """Recipients to whom the MTA delivered it, or for whom it passed it on."""
    failed: int
    """Recipients for whom it gave up."""


class Mta(Protocol):
    """One instance of an MTA on this host.

    Every method but `diagnose` raises MtaError if the MTA's programs fail, and for anything that is not a
    queue id. Those that change the queue act on held messages only, on any number of them at once, and check
    the queue afterwards: MtaError means that a message is still held. A message that is no longer held is no
    error. Changing or reading mail takes root.
    """

    def may_list(self) -> bool:
        """Return whether this process is allowed to list the queue."""

    def list_queue(self) -> Iterator[Queued]:
        """Yield every message, one at a time: a queue of any length fits. May raise MtaError half way."""

    def place_of(self, queue_id: str) -> Place:
        """Return where the message is at this moment."""

    def read(self, queue_id: str) -> bytes:
        """Return header and body, lines ending in LF. Raises MtaError if there is no such message."""

    def read_header(self, *queue_ids: str) -> bytes:
        """Return the header sections of these messages in a row. Raises MtaError if one is missing."""

    def open(self, queue_id: str) -> HeldMail:
        """Return the message with its envelope. Raises MtaError if there is no such message."""

    def quarantine_reason(self, case: str, queue_id: str) -> str:
        """Return the reason with which the milter puts a message on hold. All local users may read it."""

    def holder(self, queue_id: str) -> Holder:
        """Return who put the message on hold."""

    def held_on_arrival(self, queue_id: str) -> float | None:
        """Return when the message was complete (unix time), if it is on hold since then.

        None if it was put on hold later, as an administrator does, or is not on hold. It is asked only where
        `holder` does not know.
        """

    def held_file(self, queue_id: str) -> tuple[int, int] | None:
        """Return a value that only the message on hold under this id has now; None if there is none."""

    def other_holders(self, listen: str) -> tuple[str, ...]:
        """Return the settings that may put arriving mail on hold, besides the milter on `listen`."""

    def release(self, *queue_ids: str) -> None:
        """Take the messages off hold and deliver them at once. They keep their ids; no milter runs."""

    def requeue(self, *queue_ids: str) -> None:
        """Take each message off hold as if it had arrived now; no milter runs.

        For mail whose lifetime in the queue is nearly over: after a plain release its first failed delivery
        would bounce it.
        """

    def flush(self, *queue_ids: str) -> None:
        """Deliver messages that are off hold now, not at the next queue run. Those on hold stay."""

    def return_to_sender(self, *queue_ids: str) -> None:
        """Bounce the held messages to their senders; a bounce is deleted."""

    def delete(self, *queue_ids: str) -> None:
        """Delete the held messages; those that are on their way stay."""

    def submission(self, queue_id: str) -> Submission:
        """Return the envelope with which the message can be submitted again."""

    def inject(self, raw: bytes, envelope: Submission) -> None:
        """Submit a message as a local program does, so that the milter sees it.

        No address is on a command line, which every local user can read.
        """

    def lifetime(self) -> float:
        """Return the seconds after which the MTA gives up mail, or bounces, that it cannot deliver."""

    def deliveries(self, queue_ids: Collection[str]) -> Mapping[str, Delivery]:
        """Return the deliveries since the release, for those of the messages of which the log shows it."""

    def look_up(self, table: str, keys: Sequence[str]) -> Collection[str]:
        """Return those `keys` that a table of the MTA has; `table` is named as in the MTA's configuration.

        The keys contain no line breaks.
        """

    def version(self) -> str:
        """Return the version of the MTA's software, as `3.7.11`."""

    def diagnose(self, listen: str, inspect_timeout: float) -> Iterator[Setting]:
        """Yield the settings that decide whether mail passes the milter that listens on `listen`.

        `inspect_timeout` is the longest time that the milter takes for a message, in seconds. That the MTA's
        programs fail is a result, too.
        """
