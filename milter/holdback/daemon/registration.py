"""Registers this host in the record once a minute, and reports its conflicts with other hosts."""

from holdback import metrics
from holdback.cases.hosts import Conflict
from holdback.daemon import logline
from holdback.daemon.setup import Setup


class Registration:
    """The registration of one housekeeper."""

    def __init__(self) -> None:
        self._registered = False
        self._conflicts: tuple[Conflict, ...] = ()

    def renew(self, setup: Setup, _now: float) -> None:
        """Record a sign of life; log conflicts that are new. Raises RecordUnavailable."""
        conflicts = setup.record.book.register(setup.identity, self._registered)
        for conflict in set(conflicts).difference(self._conflicts):
            logline.error("host conflict", trouble=conflict)
        self._registered, self._conflicts = True, conflicts
        metrics.host_conflict.set(bool(conflicts))
