"""Lines of the daemon's log. A log that cannot be written must not stop the mail: metrics still count."""

import contextlib
import functools

import structlog
from structlog.typing import FilteringBoundLogger


@functools.cache
def _log() -> FilteringBoundLogger:
    """Made ready once, after `log.configure`; structlog would look for it for every line."""
    logger: FilteringBoundLogger = structlog.get_logger()
    return logger.bind()


def info(event: str, **fields: object) -> None:
    """A line of level info; `fields` as in `log.LOG_FIELDS`."""
    with contextlib.suppress(OSError):
        _log().info(event, **fields)


def warning(event: str, **fields: object) -> None:
    """The same as a warning."""
    with contextlib.suppress(OSError):
        _log().warning(event, **fields)


def error(event: str, **fields: object) -> None:
    """The same as an error."""
    with contextlib.suppress(OSError):
        _log().error(event, **fields)
