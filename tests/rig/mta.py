"""What tests need of a private MTA, whichever it is."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from rig.postfix import PrivatePostfix, Reply
from rig.sendmail import PrivateSendmail

KINDS = ("postfix", "sendmail")


class PrivateMta(Protocol):
    """One MTA with its own directories, guarded by the milter on `milter_socket`."""

    @property
    def name(self) -> str:
        """As people call it."""

    @property
    def recipients_of_submission(self) -> int:
        """Recipients that sendmail(1) hands over in one message."""

    @property
    def milter_socket(self) -> Path: ...

    @property
    def root(self) -> Path: ...

    @property
    def port(self) -> int:
        """SMTP on 127.0.0.1."""

    @property
    def settings(self) -> dict[str, str]:
        """The table `[mta]` of Holdback's configuration."""

    @property
    def submission(self) -> str:
        """The command line of sendmail(1) for local programs, without an envelope."""

    def send(self, raw: bytes, sender: str, recipients: Iterable[str], login: str = "") -> Reply:
        """Submit `raw` over SMTP in one transaction; with `login` as if the client had authenticated."""

    def submit(self, raw: bytes, sender: str, recipients: Iterable[str]) -> None:
        """Submit `raw` as local programs do."""

    def queue(self, name: str = "") -> list[dict[str, Any]]:
        """Return the messages in the queue; those on hold if `name` is `hold`."""

    def held(self) -> list[str]:
        """Return the queue ids of the mail on hold."""

    def wait_held(self, count: int) -> list[str]:
        """Wait for at least `count` messages on hold and return their queue ids."""

    def wait_empty(self) -> None:
        """Wait until only mail on hold is left in the queue."""

    def clear(self) -> None:
        """Delete all mail in the queue."""

    def delete(self, queue_id: str) -> None:
        """Delete a message as an administrator does, without Holdback."""

    def release(self, queue_id: str) -> None:
        """Take a message off hold as an administrator does, without Holdback."""

    def run_queue(self) -> None:
        """Attempt to deliver everything that is not on hold."""

    def start(self) -> None: ...

    def stop(self) -> None: ...

    @property
    def log_file(self) -> Path:
        """The MTA's log."""

    def log(self) -> str:
        """Return the MTA's log."""


@contextmanager
def private_mta(kind: str, relay: int) -> Iterator[PrivateMta]:
    """Yield a running MTA of this kind that sends all mail to the loopback port `relay`."""
    with PrivateSendmail(relay) if kind == "sendmail" else PrivatePostfix(relay) as mta:
        yield mta
