"""Internal addresses that expand to outsiders according to tables of the MTA."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import pytest
from holdback.mta.expansion import Expansion
from holdback.mta.interface import MtaError

TABLES = {
    "hash:/virtual": {"agency@corp.example", "info@other.example"},
    "hash:/aliases": {"members"},
}


@dataclass(slots=True)
class Mta:
    """The tables of an MTA, and what was asked. They cannot be read while `broken`."""

    asked: list[tuple[str, Sequence[str]]] = field(default_factory=list)
    broken: bool = False
    errors: list[Exception] = field(default_factory=list)
    now: float = 1000.0

    def look_up(self, table: str, keys: Sequence[str]) -> Collection[str]:
        self.asked.append((table, keys))
        if self.broken:
            raise MtaError("postmap -q", 1, "fatal: open database")
        return TABLES[table].intersection(keys)

    def expansion(self) -> Expansion:
        return Expansion(list(TABLES), self.look_up, self.errors.append, lambda: self.now)


@pytest.mark.parametrize(
    ("key", "expands"),
    [
        ("agency@corp.example", True),
        ("members@corp.example", True),
        ("members", True),
        ("agency@shop.example", False),
        ("agency", False),
        ("member@corp.example", False),
        ("", False),
        # A line break would ask for two keys.
        ("x\nagency@corp.example", True),
        ("x\ny", True),
        ("\ud800@corp.example", True),
        ("\udcff@corp.example", True),
        ("@corp.example", False),
    ],
)
def test_an_address_in_a_table(key: str, expands: bool) -> None:
    """The whole address or its local part; what cannot be asked counts as expanding."""
    assert Mta().expansion()([key]) == ({key} if expands else set())


def test_answers_are_remembered_for_a_minute() -> None:
    """Each address is looked up once in each table, many together."""
    mta = Mta()
    expansion = mta.expansion()
    both = ["agency@corp.example", "ann@corp.example"]
    assert expansion(both) == expansion(both[::-1]) == {"agency@corp.example"}
    assert [table for table, _ in mta.asked] == list(TABLES)
    mta.now += 59
    assert expansion([*both, "bob@corp.example"]) == {"agency@corp.example"}
    assert mta.asked[2][1] == ["bob", "bob@corp.example"]
    mta.now += 1
    expansion(both)
    assert mta.asked[4][1] == ["agency", "agency@corp.example", "ann", "ann@corp.example"]


def test_while_a_table_cannot_be_read_every_address_expands() -> None:
    """This is reported once, and the table is asked again after ten seconds."""
    mta = Mta()
    expansion = mta.expansion()
    expansion(["ann@corp.example"])
    mta.broken = True
    assert expansion(["bob@corp.example"]) == {"bob@corp.example"}
    assert expansion(["ann@corp.example", "eve@corp.example"]) == {"eve@corp.example"}
    assert len(mta.errors) == 1
    mta.broken = False
    mta.now += 10
    assert expansion(["bob@corp.example", "eve@corp.example"]) == set()
    assert len(mta.errors) == 1


def test_nothing_is_asked_for_no_address() -> None:
    """Most mail has no internal recipient."""
    mta = Mta()
    assert mta.expansion()([]) == set()
    assert mta.asked == []
