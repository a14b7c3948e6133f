"""Metrics of a milter that has just started."""

from itertools import product
from typing import get_args

import pytest
from holdback.checks import CHECKS
from holdback.metrics import Stage
from holdback.verdict import Action
from rig.holdback import Holdback

SERIES = [
    *(
        f'holdback_findings_total{{action="{action}",check="{check}"}}'
        for check, action in product(CHECKS, Action)
    ),
    *(f'holdback_errors_total{{stage="{stage}"}}' for stage in get_args(Stage)),
    *(f'holdback_messages_total{{action="{action}"}}' for action in (*Action, "tempfail", "discard")),
    *(
        f'holdback_decisions_total{{decision="{decision}"}}'
        for decision in ("release", "release_bcc", "drop", "return")
    ),
    *(
        f'holdback_worker_restarts_total{{reason="{reason}"}}'
        for reason in ("ended", "silent", "probe", "memory", "socket")
    ),
    *(f'holdback_canary_hits_total{{direction="{one}"}}' for one in ("inbound", "outbound")),
]


@pytest.mark.parametrize("series", SERIES)
def test_every_series_exists_from_the_start(running: Holdback, series: str) -> None:
    """All series exist at start, as Prometheus does not see an increase from nothing to 1."""
    assert series in running.metrics()


def test_no_labels_but_these(running: Holdback) -> None:
    """Labels are closed sets."""
    labelled = {name for name in running.metrics() if name.startswith("holdback_") and "_total{" in name}
    assert labelled == set(SERIES)


def test_no_counter_has_a_second_series(running: Holdback) -> None:
    """There are no `_created` series, which prometheus_client adds by default."""
    names = {name.partition("{")[0] for name in running.metrics()}
    assert {name for name in names if name.endswith("_created")} == set()
    assert "holdback_inspection_seconds_count" in names
