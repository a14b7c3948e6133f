"""Send many messages at once and record the replies."""

import smtplib
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from rig.mta import PrivateMta
from rig.postfix import Reply
from rig.samples import Sample
from rig.waiting import LONGEST, wait_until


@dataclass(frozen=True, slots=True)
class Outcome:
    """One message and Postfix's answer."""

    sample: Sample
    reply: Reply | None
    """None if the connection broke before the reply."""


class Load:
    """Sends `samples` through `sessions` connections at a time, in the background of a `with` block."""

    def __init__(self, mta: PrivateMta, samples: Iterable[Sample], sessions: int = 8) -> None:
        self._mta = mta
        self._samples = list(samples)
        self._pool = ThreadPoolExecutor(sessions)
        self._running: list[Future[Outcome]] = []

    def __enter__(self) -> Self:
        self._running = [self._pool.submit(self._send, sample) for sample in self._samples]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(cancel_futures=kind is not None)

    def _send(self, sample: Sample) -> Outcome:
        try:
            return Outcome(sample, self._mta.send(sample.raw, sample.sender, sample.recipients))
        except (OSError, smtplib.SMTPException):
            return Outcome(sample, None)

    def wait_finished(self, count: int, seconds: float = LONGEST) -> None:
        """Wait until at least `count` messages have a reply."""
        wait_until(lambda: sum(map(Future.done, self._running)) >= count, f"{count} answers", seconds)

    def finished(self) -> int:
        """Return the number of messages with a reply."""
        return sum(map(Future.done, self._running))

    def outcomes(self) -> list[Outcome]:
        """Wait for all replies and return them in the order of the samples."""
        return [future.result() for future in self._running]
