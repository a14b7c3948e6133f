"""The log: its events and fields, and its format. One line for each message; no personal data in any."""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Literal, TypedDict

import structlog
from structlog.typing import EventDict, Processor

Event = Literal[
    "message",
    "error",
    "hold not stored in database",
    "journal imported",
    "journal entry refused",
    "held mail inspected",
    "host conflict",
    "operators cannot connect",
    "agent started",
    "decisions carried out",
    "decisions not carried out",
    "reader ready",
    "reader confinement incomplete",
    "reader lost",
    "reader cannot start",
    "customer index loaded",
    "customer index refused",
    "started",
    "stopping",
    "libmilter ended",
    "libmilter refuses the socket",
    "process ended",
    "process replaced",
    "no worker answers",
    "socket was removed; listening anew",
    "socket lost",
    "address not changed",
    "few file descriptors allowed",
    "configuration reloaded",
    "configuration not reloaded",
]
"""All events. `docs/reference/log.md` explains them."""


class Fields(TypedDict, total=False):
    """All fields of a line besides timestamp, level and event. `docs/reference/log.md` explains them."""

    queue_id: str
    action: str
    case: str
    why: str
    because: str
    people: int
    recipients: int
    visible: int
    sender: str
    client: str
    bytes: int
    parts: int
    defects: int
    seconds: float
    stage: str
    error: str
    count: int
    confinement: str
    missing: str
    trouble: str
    version: str
    listen: str
    config: str
    mistakes: int
    signal: str
    workers: int
    role: str
    pid: int


_encoder = json.JSONEncoder(default=repr)


def _json_line(_logger: object, level: str, event: EventDict) -> str:
    """Return the line in one step: structlog's own processors would take three for each message."""
    event["level"] = level
    event["timestamp"] = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    return _encoder.encode(event)


def configure(form: str, level: str) -> None:
    """Log to standard error as `json` or `console`, from `level` upwards."""
    console: list[Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()),
    ]
    structlog.configure(
        processors=console if form == "console" else [_json_line],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
