"""A short form of `make chaos`: no message is refused, leaked, lost, doubled, or forgotten on hold."""

from dataclasses import asdict

import pytest
from chaos.run import Plan, run
from chaos.scenarios import SCENARIOS

pytestmark = [pytest.mark.server, pytest.mark.slow]

SHORT = Plan(rate=15, seconds=3, before=0.5, after=0.5, drain=150)
BY_NAME = {scenario.name: scenario for scenario in SCENARIOS}


@pytest.mark.parametrize(
    "name", ["kill -9 of a worker", "restart every two seconds", "disk full", "database deleted"]
)
def test_every_message_is_accounted_for(name: str) -> None:
    """Leaks are on hold with a case, everything else was delivered once."""
    found = asdict(run(BY_NAME[name], SHORT).account)
    assert found.pop("sent") > SHORT.rate
    assert found == dict.fromkeys(found, 0)
