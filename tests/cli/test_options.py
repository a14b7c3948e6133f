"""`--since`: a date or an age."""

from datetime import datetime

import pytest
from holdback.cli.options import parse_since
from holdback.exits import Exit, Failure

_NOW = datetime(2026, 11, 22, 12).timestamp()


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("", 0.0),
        ("30m", _NOW - 1800),
        ("12h", _NOW - 12 * 3600),
        (" 30d ", _NOW - 30 * 86_400),
        ("2w", _NOW - 14 * 86_400),
        ("999999w", 0.0),
        ("0001-01-02", 0.0),
        ("2026-11-01", datetime(2026, 11, 1).timestamp()),
        ("2026-11-01 14:30", datetime(2026, 11, 1, 14, 30).timestamp()),
        ("2026-11-01T14:30:00+00:00", 1793543400.0),
    ],
)
def test_dates_and_ages(written: str, expected: float) -> None:
    """A date is local time unless it has a time zone; an age counts back from now."""
    assert parse_since(written, _NOW) == expected


@pytest.mark.parametrize(
    "written", ["30", "d", "-3d", "30x", "3 days", "yesterday", "2026-13-01", "22.11.2026"]
)
def test_anything_else_is_refused(written: str) -> None:
    """With an example."""
    with pytest.raises(Failure, match="2026-11-22") as failure:
        parse_since(written, _NOW)
    assert failure.value.code is Exit.USAGE
