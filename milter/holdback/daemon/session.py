"""The callbacks of the milter protocol: gather the bytes of each message, and reply at end of message.

Most callbacks before the end send no reply, and after an exception in one of them libmilter continues as if
nothing had failed. So an error is recorded, and at end of message `on_error` decides.
"""

import contextlib
import functools
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any

import Milter

from holdback.custody import inspection_request
from holdback.daemon import end_of_message, queued_mail
from holdback.daemon.arrival import Arrival
from holdback.daemon.deadline import Deadline
from holdback.daemon.replies import RECONNECT, Answer, Reply, alive
from holdback.daemon.report import log_error
from holdback.daemon.service import Service
from holdback.mail import Envelope

_here = threading.local()
"""The session of this connection: thread-local values follow it when libmilter changes the thread."""

ACCEPT, CONTINUE, DISCARD, NO_REPLY, REJECT, TEMPFAIL = map(
    int,
    (Milter.ACCEPT, Milter.CONTINUE, Milter.DISCARD, Milter.NOREPLY, Milter.REJECT, Milter.TEMPFAIL),
)
_HEADER_END = b"\r\n"


def _guarded(
    otherwise: int, answered: bool = True
) -> Callable[[Callable[..., int | None]], Callable[..., int]]:
    """Decorate a callback: record any exception in the session, and reply `otherwise` instead.

    Unless `answered`, no reply is sent if the MTA agreed to that. (`Milter.noreply` does the same, at the
    cost of one more call for each header field.)
    """

    def guard(callback: Callable[..., int | None]) -> Callable[..., int]:
        silence = 0 if answered else Milter.OPTIONAL_CALLBACKS[callback.__name__][0]

        @functools.wraps(callback)
        def call(session: "Session", *words: Any) -> int:
            try:
                reply = callback(session, *words)
            except Exception as error:
                with contextlib.suppress(Exception):
                    session.record_error(error)
                reply = otherwise
            if silence and session._protocol & silence:
                return NO_REPLY
            return CONTINUE if reply is None else reply

        call.milter_protocol = silence  # type: ignore[attr-defined]
        return call

    return guard


_gathers = _guarded(CONTINUE)
_gathers_silently = _guarded(CONTINUE, answered=False)


def record_unreachable(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Record an error of pymilter outside of callbacks (an 8-bit header name). For `sys.excepthook`."""
    session = getattr(_here, "session", None)
    if session:
        session.record_error(error)
    else:
        log_error("process", error)


@Milter.header_leading_space
class Session(Milter.Base):  # type: ignore[misc]
    """One connection from the MTA, with any number of messages, one after the other."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._client: str | None = None
        self._is_probe = False
        self._request: inspection_request.Request | None = None
        self._begin()

    def _begin(self) -> None:
        """Forget the last message. The current setup applies to the next one."""
        self._setup = self._service.setup
        self._size = len(_HEADER_END)
        self._room = self._setup.policy.limits.bytes + 1 - self._size
        self._header: list[bytes] = []
        self._body: list[bytes] = []
        self._sender = b""
        self._recipients: list[bytes] = []
        self._faulty = False
        self._answer: Answer | None = None
        _here.session = self

    @_gathers_silently
    def connect(self, name: str, family: int, address: Any) -> None:
        """Keep the client's IP address. `address` is (ip, port, …); a path or None for local submission."""
        self._client = address[0] if isinstance(address, tuple) else ""
        self._is_probe = name == self._service.probe
        if name.startswith(inspection_request.PREFIX):
            self._request = inspection_request.verify(self._setup.key, name)
        self._colon = b":" if self._protocol & Milter.P_HDR_LEADSPC else b": "

    @_gathers
    def envfrom(self, sender: bytes, *parameters: bytes) -> int | None:
        self._begin()
        self._sender = sender
        return self._reply(RECONNECT) if self._service.refusing else None

    @_gathers_silently
    def envrcpt(self, recipient: bytes, *parameters: bytes) -> None:
        self._recipients.append(recipient)

    @_gathers_silently
    def header(self, name: str, value: bytes) -> None:
        """Keep a field as it was sent. Folded lines arrive with LF instead of CRLF."""
        if b"\n" in value:
            value = value.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        self._keep(self._header, b"%s%s%s\r\n" % (name.encode(), self._colon, value))

    @_gathers_silently
    def body(self, chunk: bytes) -> None:
        self._keep(self._body, chunk)

    def _keep(self, pieces: list[bytes], piece: bytes) -> None:
        """Keep one byte more than `limits.bytes`, so that the parser detects the excess; count all bytes."""
        self._size += len(piece)
        if self._room > 0:
            pieces.append(piece[: self._room])
            self._room -= len(piece)

    @_gathers
    def abort(self) -> None:
        self._begin()

    @_gathers
    def close(self) -> None:
        _here.session = None

    @_guarded(TEMPFAIL)
    def eom(self) -> int:
        if self._is_probe:
            return self._reply(alive())
        try:
            if self._request:
                return self._inspect_queued(self._request)
            raw = b"".join((*self._header, _HEADER_END, *self._body))
            self._header, self._body = [], []
            arrival = Arrival(self._envelope(), raw, self._size, time.time())
            if self._client is None:
                self.record_error(ConnectionError("the MTA named no client"))
            self._judge(arrival)
            return self._reply(self._answer or end_of_message.on_error_reply(arrival, self._setup))
        finally:
            self._begin()

    def _inspect_queued(self, request: inspection_request.Request) -> int:
        """Reply to `holdback rescan`, which sends the whole message as the body."""
        raw, self._body = b"".join(self._body), []
        arrival = Arrival(self._envelope(), raw, self._size - len(_HEADER_END), request.arrived)
        if self._faulty:
            return TEMPFAIL
        line = queued_mail.answer(arrival, request, self._setup, self.progress)
        self.setreply("550", "5.7.1", line)
        return REJECT

    @_gathers
    def _judge(self, arrival: Arrival) -> None:
        if not self._faulty:
            deadline = Deadline(self._setup.inspect_timeout, self.progress)
            self._answer = end_of_message.answer(arrival, self._setup, deadline, deadline.wait)

    def record_error(self, error: BaseException) -> None:
        """Log the first error of this message, and mark the message: `on_error` will decide."""
        known, self._faulty = self._faulty, True
        if not known:
            log_error("session", error)

    def _envelope(self) -> Envelope:
        return Envelope(
            sender=_path(self._sender),
            recipients=tuple(map(_path, self._recipients)),
            queue_id=self._macro("i"),
            login=self._macro("{auth_authen}"),
            client=self._client or "",
            host=self._setup.host,
        )

    def _macro(self, name: str) -> str:
        """Return a macro's value, empty if the MTA sent none. pymilter raises on anything but UTF-8."""
        try:
            return self.getsymval(name) or ""
        except UnicodeDecodeError as error:
            return error.object.decode("utf-8", "replace")

    def _reply(self, answer: Answer) -> int:
        """Send the answer to the MTA. Raises if the MTA did not agree to a change that it needs."""
        for change in answer.changes:
            self.chgheader(change.name, change.index, change.value)
        if answer.reply is Reply.ACCEPT:
            return ACCEPT
        if answer.reply is Reply.DISCARD:
            return DISCARD
        if answer.reply is Reply.QUARANTINE:
            self.quarantine(answer.case)
            return CONTINUE
        self.setreply(*answer.status, answer.sentence)
        return TEMPFAIL if answer.reply is Reply.TEMPFAIL else REJECT


def _path(written: bytes) -> str:
    """Return an RFC 5321 path without its angle brackets. Postfix sends none for local submission."""
    return written.decode("utf-8", "replace").strip().removeprefix("<").removesuffix(">")
