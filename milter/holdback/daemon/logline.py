"""Lines of the daemon's log. A log that cannot be written must not stop the mail: metrics still count."""

import contextlib
import functools
from typing import Unpack

import structlog
from structlog.typing import FilteringBoundLogger

from holdback.log import Event, Fields


@functools.cache
def _log() -> FilteringBoundLogger:
    """Made ready once, after `log.configure`; structlog would look for it for every line."""
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
