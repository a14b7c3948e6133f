"""An SMTP server on loopback that accepts and records all mail, as the outside world."""

import threading
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from rig.waiting import free_port, wait_until


@dataclass(frozen=True, slots=True)
class Delivery:
    """One delivered message. Postfix divides many recipients into deliveries of 50."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    """Header and body as sent, CRLF line ends, dot-stuffing removed."""

    @property
    def header(self) -> bytes:
        return self.raw.partition(b"\r\n\r\n")[0]

    @property
    def body(self) -> bytes:
        return self.raw.partition(b"\r\n\r\n")[2]


class Sink:
    """Records deliveries; may be read from any thread while they arrive."""

    def __init__(self) -> None:
        self.port = free_port()
        self._deliveries: list[Delivery] = []
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        self.start()
        return self

    def start(self) -> None:
        self._controller = _Unlimited(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self) -> None:
        """Accept no connections until `start`."""
        self._controller.stop()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Record a message; called by aiosmtpd."""
        assert isinstance(envelope.content, bytes)
        sender = "" if envelope.mail_from == "<>" else envelope.mail_from or ""
        delivery = Delivery(sender, tuple(envelope.rcpt_tos), envelope.content)
        with self._lock:
            self._deliveries.append(delivery)
        return "250 2.0.0 Ok"

    def deliveries(self, marker: str = "") -> list[Delivery]:
        """Return the deliveries so far; with `marker` only those whose header contains it."""
        with self._lock:
            return [one for one in self._deliveries if marker.encode() in one.header]

    def wait_for(self, count: int, marker: str = "") -> list[Delivery]:
        """Wait for at least `count` deliveries and return them."""
        wait_until(lambda: len(self.deliveries(marker)) >= count, f"{count} deliveries")
        return self.deliveries(marker)

    def recipients(self, marker: str = "") -> list[str]:
        """Return the recipients of all deliveries, in order of arrival."""
        return [recipient for one in self.deliveries(marker) for recipient in one.recipients]

    def clear(self) -> None:
        with self._lock:
            self._deliveries.clear()


class _Unlimited(Controller):
    """aiosmtpd without its limits on size and line length, so that the sink never rejects a message."""

    def factory(self) -> SMTP:
        server = SMTP(self.handler, data_size_limit=None, enable_SMTPUTF8=True)
        server.line_length_limit = 2**20
        return server
