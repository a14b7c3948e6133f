"""Registers this host and its customer index in the record, and reports its conflicts with other hosts."""

from holdback import metrics
from holdback.cases.hosts import Conflict
from holdback.daemon import logline
from holdback.daemon.customers import index_in_use
from holdback.daemon.setup import Setup


class Registration:
    """The registration of one housekeeper."""

    def __init__(self) -> None:
        self._registered = False
        self._conflicts: tuple[Conflict, ...] = ()
        self._customers: tuple[int, float | None] | None = None
        """The index that is on record."""

    def renew(self, setup: Setup, _now: float) -> None:
        """Record a sign of life and a new index; log conflicts that are new. Raises RecordUnavailable."""
        conflicts = setup.record.book.register(setup.identity, self._registered)
        for conflict in set(conflicts).difference(self._conflicts):
            logline.error("host conflict", trouble=conflict)
        self._registered, self._conflicts = True, conflicts
        metrics.host_conflict.set(bool(conflicts))
        self._set_customers(setup)

    def _set_customers(self, setup: Setup) -> None:
        info = index_in_use(setup.config.state_dir)
        customers = (info.numbers, info.made_at) if info else (0, None)
        if customers != self._customers:
            setup.record.book.set_customers(setup.identity.id, *customers)
            self._customers = customers
