"""An internal address that Postfix expands to an outsider is an audience (`roles.expanding`)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from rig.office import COMPANY, World, hidden, mail, opened, table_of
from rig.people import people
from rig.postfix import PrivatePostfix
from rig.samples import Sample
from rig.sink import Sink

pytestmark = pytest.mark.postfix

AGENCY = f"agency@{COMPANY}"
ANN = f"ann@{COMPANY}"
OUTSIDER = "press@agency.example"


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """A Postfix with an alias to an outsider."""
    aliases = {"virtual_alias_maps": f"inline:{{ {{ {AGENCY} = {OUTSIDER} }} }}"}
    with Sink() as sink, PrivatePostfix(relay=sink.port, settings=aliases) as postfix:
        yield World(sink, postfix)


def records(name: str, to: str) -> Sample:
    return mail(name, [to], "See the attachment.\n", attached=("people.csv", table_of(people(60)).encode()))


def test_an_alias_that_is_not_listed_passes_unread(world: World) -> None:
    """What the documentation says is not covered: the mail reaches the outsider."""
    with opened(world) as office:
        assert office.send(records("unlisted", AGENCY))["action"] == "pass"
        (delivered,) = office.sink.wait_for(1)
        assert delivered.recipients == (OUTSIDER,)


@pytest.mark.parametrize("listed", ["address", "pattern", "table"])
def test_a_listed_alias_is_an_audience(world: World, tmp_path: Path, listed: str) -> None:
    """Mail to the alias is held; mail to a colleague passes."""
    table = tmp_path / "external"
    table.write_text(f"{AGENCY} list\n")
    entry = {"address": AGENCY, "pattern": f"ag*@{COMPANY}", "table": f"texthash:{table}"}[listed]
    with opened(world, {"roles": {"expanding": [entry]}}) as office:
        assert office.send(records("alias", AGENCY))["action"] == "hold"
        assert office.send(records("written otherwise", AGENCY.upper()))["action"] == "hold"
        assert office.send(records("both", ANN))["action"] == "pass"
        assert office.send(hidden("nothing in it", [AGENCY]))["action"] == "pass"


def test_a_table_that_cannot_be_read(world: World, tmp_path: Path) -> None:
    """Every internal address counts as external, and the operator sees it."""
    table = f"texthash:{tmp_path / 'none'}"
    with opened(world, {"roles": {"expanding": [table]}}) as office:
        assert office.send(records("unreadable", ANN))["action"] == "hold"
        assert office.send(hidden("nothing in it", [ANN]))["action"] == "pass"
        assert office.metric('holdback_errors_total{stage="queue"}') >= 1
        checks = office.holdback.cli("doctor", "--json").lines
        (found,) = [check for check in checks if check["name"] == "roles.expanding"]
        assert found["state"] == "wrong"
        assert table in found["text"]
        (tmp_path / "none").write_text("x y\n")
        checks = office.holdback.cli("doctor", "--json").lines
        assert [check["state"] for check in checks if check["name"] == "roles.expanding"] == ["ok"]
