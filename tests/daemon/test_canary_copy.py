"""The copy of the canaries on this host."""

from pathlib import Path

import pytest
from holdback.daemon.canary_copy import read_copy, write_copy
from holdback.people.canaries import Canaries, Canary

SPRING = Canary(
    3, "ann.löw+x@shop.example", "Spring", "Agency", 1000.5, "root", "fair", ("*@agency.example",)
)
AUTUMN = Canary(7, "bob@shop.example", "Autumn", "", 2000.0, "root")


def test_round_trip(tmp_path: Path) -> None:
    """All fields come back, and the file is for its owner only."""
    write_copy(tmp_path, Canaries([SPRING]))
    write_copy(tmp_path, Canaries([SPRING, AUTUMN]))
    found = read_copy(tmp_path)
    assert list(found) == [SPRING, AUTUMN]
    assert found.newest == 7
    assert [path.name for path in tmp_path.iterdir()] == ["canaries.json"]
    assert (tmp_path / "canaries.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("content", [None, "", "[{}]", '[{"id": 1}]', "3", '[{"senders": 5}]', "\x00"])
def test_no_copy(tmp_path: Path, content: str | None) -> None:
    """A missing or damaged file has no canaries."""
    if content is not None:
        (tmp_path / "canaries.json").write_text(content)
    assert len(read_copy(tmp_path)) == 0
