"""Write the daemon's log lines. If the log cannot be written, mail continues and metrics still count."""

import contextlib
import functools
from typing import Unpack

import structlog
from structlog.typing import FilteringBoundLogger

from holdback.log import Event, Fields


@functools.cache
def _log() -> FilteringBoundLogger:
    """Return the logger, bound once after `log.configure`: structlog would bind it for each line."""
    logger: FilteringBoundLogger = structlog.get_logger()
    return logger.bind()


def info(event: Event, **fields: Unpack[Fields]) -> None:
    """Log a line of level info."""
    with contextlib.suppress(OSError):
        _log().info(event, **fields)


def warning(event: Event, **fields: Unpack[Fields]) -> None:
    """Log a line of level warning."""
    with contextlib.suppress(OSError):
        _log().warning(event, **fields)


def error(event: Event, **fields: Unpack[Fields]) -> None:
    """Log a line of level error."""
    with contextlib.suppress(OSError):
        _log().error(event, **fields)
