"""A steady stream of messages to a Postfix, and what became of each."""

import smtplib
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from chaos.mails import SENDER, Mail, mail
from rig.postfix import PrivatePostfix

_SESSIONS = 90
"""Clients at the same time; Postfix serves 100."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One message and Postfix's reply."""

    mail: Mail
    queue_id: str
    """Empty if Postfix refused the message or broke the connection."""
    at: float
    """Begin, as of time.monotonic."""
    seconds: float
    """Until the reply."""


class Stream:
    """Sends `rate` messages a second, numbered from 0, in the background of a `with` block."""

    def __init__(self, postfix: PrivatePostfix, rate: float) -> None:
        self._postfix = postfix
        self._rate = rate
        self._clients = ThreadPoolExecutor(_SESSIONS)
        self._free = threading.Semaphore(_SESSIONS)
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._lock = threading.Lock()
        self._sent: list[Sent] = []

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Send no more, and wait until all messages have a reply."""
        self._ending.set()
        self._thread.join()
        self._clients.shutdown()

    def _run(self) -> None:
        start, number = time.monotonic(), 0
        while not self._ending.wait(max(0.0, start + number / self._rate - time.monotonic())):
            self.add(mail(number))
            number += 1

    def add(self, one: Mail) -> None:
        """Send a message besides; wait while all clients are busy."""
        self._free.acquire()
        self._clients.submit(self._send, one)

    def _send(self, one: Mail) -> None:
        start = time.monotonic()
        try:
            queue_id = self._postfix.send(one.raw, SENDER, one.recipients).queue_id
        except (OSError, smtplib.SMTPException):
            queue_id = ""
        finally:
            self._free.release()
        with self._lock:
            self._sent.append(Sent(one, queue_id, start, time.monotonic() - start))

    def sent(self) -> list[Sent]:
        """Return all messages that have a reply."""
        with self._lock:
            return list(self._sent)
