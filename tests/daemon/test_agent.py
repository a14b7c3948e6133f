"""When the agent inspects held mail: every minute, and every ten seconds once the milter is back."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from holdback.config import config_of
from holdback.custody.host import Host, open_host
from holdback.custody.reconcile import Reconciled
from holdback.custody.rescan import Scope
from holdback.custody.serving import ServingLog, record_gap
from holdback.daemon import agent as module
from holdback.daemon.agent import Agent

NOON = 1_700_000_000.0


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    config = config_of({"internal_domains": ["corp.example"], "state_dir": str(tmp_path)}, Path("test"))
    with open_host(config) as host:
        yield host


class Clock:
    """The agent's clock, and what it began at which second."""

    def __init__(self, agent: Agent, patch: pytest.MonkeyPatch) -> None:
        self.now = 0
        self.rescans: list[int] = []
        self._agent = agent
        patch.setattr(module.time, "monotonic", lambda: float(self.now))
        patch.setattr(module, "rescan", lambda *_: self.rescans.append(self.now) or ())
        patch.setattr(module, "reconcile", lambda _: Reconciled(0, 0, 0, 0, 0, (), (), 0, ()))

    def run_until(self, end: int) -> list[int]:
        """Work once a second; return when inspections began."""
        self.rescans.clear()
        while self.now < end:
            self._agent.work()
            if self._agent._rescan:
                self._agent._rescan.join()
            self.now += 1
        return list(self.rescans)


def test_every_minute_and_more_often_after_an_absence(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    """For as long as a session may last that began before the milter was back; a gap is an absence, too."""
    clock, milter = Clock(Agent(host, Scope("", session=60)), monkeypatch), ServingLog(host.state_dir)
    milter.record(NOON)
    assert clock.run_until(180) == [0, 10, 20, 30, 40, 50, 60, 120]
    milter.record(NOON + 10)
    assert clock.run_until(240) == [180]
    milter.record(NOON + 100)
    assert clock.run_until(360) == [240, 250, 260, 270, 280, 290, 300]
    milter.record(NOON + 110)
    record_gap(host.state_dir, NOON + 104, NOON + 105)
    assert clock.run_until(420) == [360, 370, 380, 390, 400, 410]
    assert clock.run_until(601) == [420, 480, 540, 600]


def test_a_late_turn(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    """No minute is left out when the turns do not come at whole seconds."""
    clock = Clock(Agent(host, Scope("", session=0)), monkeypatch)
    clock.run_until(57)
    clock.now = 63
    assert clock.run_until(130) == [63, 123]


def test_a_damaged_file_of_periods(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    """The milter writes it: whatever it has, the agent goes on."""
    clock = Clock(Agent(host, Scope("", session=0)), monkeypatch)
    clock.run_until(60)
    for content in ("[" * 100_000, "[[1]]", "{}", '[["a", "b"]]', "[[1, null]]"):
        (host.state_dir / "serving.json").write_text(content)
        assert len(clock.run_until(clock.now + 120)) == 2
    (host.state_dir / "serving.json").unlink()
    os.mkfifo(host.state_dir / "serving.json")
    assert len(clock.run_until(clock.now + 120)) == 2


def test_never_where_it_is_turned_off(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    """With `holds.rescan = false`."""
    clock = Clock(Agent(host, None), monkeypatch)
    ServingLog(host.state_dir).record(NOON)
    assert clock.run_until(130) == []
