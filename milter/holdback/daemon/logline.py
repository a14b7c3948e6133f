"""Write the daemon's log. A log that cannot be written must not stop the mail: metrics still count."""

import contextlib
import functools

import structlog
from structlog.typing import FilteringBoundLogger


@functools.cache
def _log() -> FilteringBoundLogger:
    """Return the logger, bound once after `log.configure`; structlog would bind it for every line."""
    logger: FilteringBoundLogger = structlog.get_logger()
    return logger.bind()


def info(event: str, **fields: object) -> None:
    """Log a line of level info; `fields` as in `log.LOG_FIELDS`."""
    with contextlib.suppress(OSError):
        _log().info(event, **fields)


def warning(event: str, **fields: object) -> None:
    """Log a line of level warning."""
    with contextlib.suppress(OSError):
        _log().warning(event, **fields)


def error(event: str, **fields: object) -> None:
    """Log a line of level error."""
    with contextlib.suppress(OSError):
        _log().error(event, **fields)
