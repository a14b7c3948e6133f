"""What the log says: one line a message, a few about the daemon itself, no personal data in any."""

import json
import logging
import sys
from collections.abc import Mapping

import structlog

LOG_FIELDS: Mapping[str, str] = {
    "timestamp": "UTC, ISO 8601",
    "level": "info, warning, error",
    "event": "what happened; `message` is the one line for each message",
    "queue_id": "the MTA's queue id",
    "action": "pass, observe, blind, hold, reject or tempfail",
    "case": "id of the case the message belongs to",
    "why": "findings as check:count, those a rule or the mode exempted in brackets",
    "because": "what changed the action: a rule, the mode, an earlier decision, an error",
    "people": "people the message would disclose",
    "recipients": "number of envelope recipients",
    "visible": "number of addresses visible in the header",
    "sender": "keyed hash of the sender's address",
    "client": "IP address of the client",
    "bytes": "size of the message",
    "parts": "number of MIME parts",
    "defects": "number of defects",
    "seconds": "time from end of message to the answer",
    "stage": "where an error happened",
    "error": "type and place of an error, never its text, which may quote a message",
    "count": "how many, for housekeeping and start-up lines",
    "confinement": "layers that confine the reader of attachments",
    "missing": "layers that this kernel does not give",
    "trouble": "why a layer is missing, a reader cannot start, or a customer index is refused",
    "version": "Holdback's version",
    "listen": "socket the milter listens on",
    "config": "configuration file",
    "mistakes": "number of mistakes in a configuration that was not taken over",
    "signal": "signal received",
}


_encoder = json.JSONEncoder(default=repr)


def _line(event: Mapping[str, object], **_: object) -> str:
    """`json.dumps` would make a new encoder for every line."""
    return _encoder.encode(event)


def configure(form: str, level: str) -> None:
    """Log to standard error as `json` or `console`, from `level` upwards."""
    last: structlog.typing.Processor = structlog.processors.JSONRenderer(_line)
    if form == "console":
        last = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            last,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
