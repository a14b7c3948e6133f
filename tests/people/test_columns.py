"""Which columns of a table without a header are taken for somebody's numbers."""

import pytest
from holdback.people.fields.kinds import Field
from holdback.people.recognition.table_layout import layout

_NAMES = ("Ann Smith", "Bob Jones", "Carla Gomez", "Dirk Vos", "Emma Brown", "Frank Miller")


@pytest.mark.parametrize(
    ("written", "kinds"),
    [
        ("+44 20 7946 00{:02}", Field.NAME | Field.PHONE),
        ("+49 30 / 1234 - {:02}", Field.NAME | Field.PHONE),
        ("+44–20–7946–00{:02}", Field.NAME | Field.PHONE),
        ("ann{}@x.example", Field.NAME | Field.EMAIL),
        ("{}.50", 0),
        ("Room {}", 0),
    ],
)
def test_numbers_are_known_however_they_are_spaced(written: str, kinds: int) -> None:
    """What stands between the digits of one value does not matter; prices below each other are no number."""
    rows = [(name, written.format(number)) for number, name in enumerate(_NAMES, 17)]
    assert layout(rows).fields == kinds
