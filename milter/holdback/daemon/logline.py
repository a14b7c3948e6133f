"""Lines of the daemon's log. A log that cannot be written must not stop the mail: metrics still count."""

import contextlib

import structlog

_log = structlog.get_logger()


def info(event: str, **fields: object) -> None:
    """A line of level info; `fields` as in `log.LOG_FIELDS`."""
    with contextlib.suppress(OSError):
        _log.info(event, **fields)


def warning(event: str, **fields: object) -> None:
    """The same as a warning."""
    with contextlib.suppress(OSError):
        _log.warning(event, **fields)


def error(event: str, **fields: object) -> None:
    """The same as an error."""
    with contextlib.suppress(OSError):
        _log.error(event, **fields)
