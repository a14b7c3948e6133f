"""The limit of open files: each connection of the MTA is one."""

import contextlib
import resource

from holdback.daemon import logline

_ENOUGH = 4096


def raise_descriptor_limit() -> None:
    """Allow as many open files as the administrator permits; log if they are few."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    allowed = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    if allowed < _ENOUGH:
        logline.warning("few file descriptors allowed", count=allowed)
