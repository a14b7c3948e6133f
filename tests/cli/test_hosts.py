"""`holdback hosts`: who shares the database, and hosts that never return; what doctor says about them."""

import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from cases.samples import new_hold
from cli.samples import NOON, Office
from holdback.cases.host_id import Identity, load_identity
from holdback.cases.key import load_key
from holdback.cli.doctor.customers import check_other_hosts
from holdback.cli.doctor.diagnosis import State
from holdback.cli.doctor.installation import check_hosts
from holdback.config import Config, config_of
from holdback.exits import Exit

Run = Callable[..., tuple[int, str, str]]
OTHER = Identity("2" * 32, "mx2.corp.example", key_id="another", machine="m2")


def own(office: Office) -> Identity:
    folder = office.config.parent
    return load_identity(folder, load_key(folder))


def silence(office: Office, host: Identity) -> None:
    """Lets the last sign of life of a host be long ago."""
    database = office.record.book._database
    with database.writing() as connection:
        connection.exec_driver_sql(f"UPDATE hosts SET last_seen = {NOON} WHERE id = '{host.id}'")


def test_nobody_has_registered(office: Office, run: Run) -> None:
    """A sentence instead of an empty table."""
    code, out, _ = run("hosts")
    assert (code, out.startswith("No host has registered yet.")) == (Exit.OK, True)


def test_hosts_are_listed(office: Office, run: Run) -> None:
    """Name, id, waiting holds, and whether the key is that of this host."""
    me = own(office)
    for host in (me, OTHER):
        office.record.book.register(host)
    office.hold(new_hold("4AAA", host=OTHER.name, host_id=OTHER.id))
    printed = run("hosts")[1]
    assert all(len(line) <= 80 for line in printed.splitlines())
    listed = [json.loads(line) for line in run("hosts", "--json")[1].splitlines()]
    found = {one["id"]: (one["name"], one["waiting"], one["key"], one["gone"]) for one in listed}
    assert found == {
        me.id: (me.name, 0, "same", None),
        OTHER.id: (OTHER.name, 1, "different", None),
    }
    assert {me.id[:8], OTHER.id[:8]} <= set(printed.split())
    assert {"different", "same", OTHER.name} <= set(printed.split())


def test_the_customer_index_of_each_host(office: Office, run: Run) -> None:
    """Its age, none, or not reported."""
    hosts = [replace(OTHER, id=digit * 32, name=f"mx{digit}") for digit in "123"]
    for host in hosts:
        office.record.book.register(host)
    built = time.time() - 7300
    office.record.book.set_customers(hosts[0].id, 20_000, built)
    office.record.book.set_customers(hosts[1].id, 0, None)
    _, *lines = run("hosts")[1].splitlines()
    assert [line.split("different")[1].strip() for line in lines] == ["2 h old", "none", "-"]
    listed = [json.loads(line) for line in run("hosts", "--json")[1].splitlines()]
    reported = [(one["customers"], one["customers_built"]) for one in listed]
    assert reported == [(20_000, built), (0, None), (None, None)]


NEW, OLD = (20_000, NOON), (20_000, NOON - 86_400)


@pytest.mark.parametrize(
    ("indexes", "state", "text"),
    [
        ([NEW], None, ""),
        ([NEW, None], None, ""),
        ([NEW, NEW, None], State.OK, "the same on 2 hosts"),
        ([(0, None), (0, None)], State.OK, "the same on 2 hosts"),
        ([NEW, OLD], State.WARNING, "hosts use different ones: mx1 built"),
        ([NEW, NEW, (0, None)], State.WARNING, "hosts use different ones: mx2 none, mx0 built"),
        ([NEW, (19_999, NOON)], State.WARNING, "hosts use different ones: mx0 built"),
        ([NEW] * 6 + [OLD], State.WARNING, "ago, and 2 more"),
    ],
)
def test_doctor_compares_customer_indexes(
    office: Office,
    tmp_path: Path,
    indexes: list[tuple[int, float | None] | None],
    state: State | None,
    text: str,
) -> None:
    """Those that hosts reported; a host that is gone or silent does not count."""
    book = office.record.book
    for number, index in enumerate(indexes):
        host = replace(OTHER, id=f"{number}" * 32, name=f"mx{number}")
        book.register(host)
        if index:
            book.set_customers(host.id, *index)
    for silent in (replace(OTHER, id="8" * 32, name="mx8"), replace(OTHER, id="9" * 32, name="mx9")):
        book.register(silent)
        book.set_customers(silent.id, 5, NOON)
    book.declare_gone("8" * 32, NOON)
    silence(office, silent)
    found = list(check_other_hosts(config(tmp_path)))
    assert [one.state for one in found] == ([state] if state else [])
    assert all(text in one.text for one in found)


def test_a_host_that_is_alive_is_not_declared_gone(office: Office, run: Run) -> None:
    """Its mail would be forgotten: it must be stopped first."""
    office.record.book.register(OTHER)
    office.hold(new_hold("4AAA", host=OTHER.name, host_id=OTHER.id))
    code, _, err = run("hosts", "--gone", OTHER.name)
    assert (code, "stop Holdback there first" in err) == (Exit.DATA, True)
    assert len(office.record.book.waiting(OTHER.id)) == 1


@pytest.mark.parametrize("typed", [OTHER.name, OTHER.id, OTHER.id[:8]])
def test_a_host_is_declared_gone(office: Office, run: Run, typed: str) -> None:
    """Its messages vanish. It is named as the list prints it, or by its whole id."""
    office.record.book.register(OTHER)
    office.hold(new_hold("4AAA", host=OTHER.name, host_id=OTHER.id))
    silence(office, OTHER)
    code, out, err = run("hosts", "--gone", typed)
    assert (code, "1 held message vanished" in err, "gone" in out) == (Exit.OK, True, True)
    assert office.record.book.waiting(OTHER.id) == ()


def test_which_host_is_gone(office: Office, run: Run) -> None:
    """An unknown name, and one that two hosts have."""
    twin = replace(OTHER, id="3" * 32)
    for host in (OTHER, twin):
        office.record.book.register(host)
        silence(office, host)
    assert run("hosts", "--gone", "mx7")[0] == Exit.NO_INPUT
    code, _, err = run("hosts", "--gone", OTHER.name)
    assert (code, OTHER.id in err, twin.id in err) == (Exit.USAGE, True, True)
    assert run("hosts", "--gone", twin.id)[0] == Exit.OK
    assert [host.gone is None for host in office.record.book.hosts()] == [True, False]


@pytest.mark.parametrize(
    ("change", "texts"),
    [
        ({"name": "mx7", "key_id": "own"}, []),
        ({"name": "own", "key_id": "own"}, ["the same name"]),
        ({"name": "mx7", "key_id": "another"}, ["another key"]),
        ({"name": "own", "key_id": "another"}, ["another key", "the same name"]),
    ],
)
def test_doctor_names_conflicts(
    office: Office, tmp_path: Path, change: dict[str, str], texts: list[str]
) -> None:
    """Each conflict is a failed check with its repair; none is a check that passes."""
    me = own(office)
    fields = {field: getattr(me, field) if value == "own" else value for field, value in change.items()}
    office.record.book.register(me)
    office.record.book.register(replace(me, id="3" * 32, **fields))
    found = list(check_hosts(config(tmp_path)))
    assert [one.state for one in found] == ([State.FAILED] * len(texts) or [State.OK])
    assert all(text in one.text for text, one in zip(texts, found, strict=False))


def config(state_dir: Path) -> Config:
    return config_of({"internal_domains": ["corp.example"], "state_dir": str(state_dir)}, Path("test"))


def test_doctor_before_the_first_start(tmp_path: Path) -> None:
    """No id yet is a warning, and doctor makes none."""
    (found,) = check_hosts(config(tmp_path))
    assert (found.state, list(tmp_path.iterdir())) == (State.WARNING, [])
