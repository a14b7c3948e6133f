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
from holdback.mail.address import forget_addresses

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
    """Decorate a method as a callback of pymilter, which passes its context instead of the session.

    The callback records any exception in the session, and replies `otherwise` instead. Unless `answered`, no
    reply is sent if the MTA agreed to that. (All in one call, because each header field is a callback.)
    """

    def guard(callback: Callable[..., int | None]) -> Callable[..., int]:
        silence = 0 if answered else Milter.OPTIONAL_CALLBACKS[callback.__name__][0]

        @functools.wraps(callback)
        def call(context: Any, *words: Any) -> int:
            session: Session | None = context.getpriv()
            if session is None:
                return otherwise
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

    def negotiate(self, options: list[int]) -> int:
        """Agree on the protocol steps, as `Milter.Base` does, but ask for no list of macros."""
        self._actions = options[0]
        self._protocol = options[1] & ~self.protocol_mask()
        options[1:] = [self._protocol, 0, 0]
        return CONTINUE

    def _begin(self) -> None:
        """Forget the last message. The current setup applies to the next one."""
        self._setup = self._service.setup
        self._size = len(_HEADER_END)
        self._limit = self._setup.policy.limits.bytes
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
        # With this step values have their leading blank, in both directions.
        leading = self._protocol & Milter.P_HDR_LEADSPC
        self._colon, self._blank = (b":", " ") if leading else (b": ", "")

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
        field = b"%s%s%s\r\n" % (name.encode(), self._colon, value)
        if self._size <= self._limit:
            self._header.append(field)
        self._size += len(field)

    @_gathers_silently
    def body(self, chunk: bytes) -> None:
        if self._size <= self._limit:
            self._body.append(chunk)
        self._size += len(chunk)

    def _raw(self) -> bytes:
        """Return the message, and forget its pieces.

        One byte more than `limits.bytes` is kept, so that the parser detects the excess.
        """
        raw = b"".join((*self._header, _HEADER_END, *self._body))
        self._header, self._body = [], []
        return raw if len(raw) <= self._limit else raw[: self._limit + 1]

    @_gathers
    def abort(self) -> None:
        self._begin()

    @_gathers
    def close(self) -> None:
        """Drop the context, which holds the session: each would keep the other alive."""
        _here.session = self._ctx = None

    @_guarded(TEMPFAIL)
    def eom(self) -> int:
        if self._is_probe:
            return self._reply(alive())
        try:
            if self._request:
                return self._inspect_queued(self._request)
            arrival = Arrival(self._envelope(), self._raw(), self._size, time.time())
            if self._client is None:
                self.record_error(ConnectionError("the MTA named no client"))
            if not self._faulty:
                self._judge(arrival)
            return self._reply(self._answer or end_of_message.on_error_reply(arrival, self._setup))
        finally:
            forget_addresses()
            self._begin()

    def _inspect_queued(self, request: inspection_request.Request) -> int:
        """Reply to `holdback rescan`, which sends the whole message as the body."""
        raw = b"".join(self._body)
        arrival = Arrival(self._envelope(), raw, self._size - len(_HEADER_END), request.arrived)
        if self._faulty:
            return TEMPFAIL
        line = queued_mail.answer(arrival, request, self._setup, self.progress)
        self.setreply("550", "5.7.1", line)
        return REJECT

    def _judge(self, arrival: Arrival) -> None:
        deadline = Deadline(self._setup.inspect_timeout, self.progress)
        try:
            self._answer = end_of_message.answer(arrival, self._setup, deadline, deadline.wait)
        except Exception as error:
            self.record_error(error)

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
            self.chgheader(change.name, change.index, change.value and self._blank + change.value)
        if answer.reply is Reply.ACCEPT:
            return ACCEPT
        if answer.reply is Reply.DISCARD:
            return DISCARD
        if answer.reply is Reply.QUARANTINE:
            self.quarantine(self._setup.mta.quarantine_reason(answer.case, self._macro("i")))
            return CONTINUE
        self.setreply(*answer.status, answer.sentence)
        return TEMPFAIL if answer.reply is Reply.TEMPFAIL else REJECT


def _path(written: bytes) -> str:
    """Return an RFC 5321 path without its angle brackets. Postfix sends none for local submission."""
    return written.decode("utf-8", "replace").strip().removeprefix("<").removesuffix(">")
