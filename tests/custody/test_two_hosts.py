"""Two hosts with one record and, by mistake, one name; a host that is renamed."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from custody.world import World
from holdback.cases.model import Decision, HoldState
from holdback.custody.carry_out import carry_out
from holdback.custody.host import Host
from holdback.custody.reconcile import reconcile
from holdback.mta.postfix import Postfix
from rig.postfix import PrivatePostfix

pytestmark = pytest.mark.postfix


@pytest.fixture
def twin(world: World, tmp_path: Path) -> Iterator[Host]:
    """A host with the same name and record, and an id and a queue of its own."""
    with PrivatePostfix(relay=None) as postfix:
        identity = replace(world.host.identity, id="2" * 32, former="")
        yield replace(world.host, identity=identity, mta=Postfix(postfix.config_dir), state_dir=tmp_path)


@pytest.mark.parametrize("decision", [Decision.DROP, Decision.RELEASE])
def test_a_twin_leaves_our_holds_alone(world: World, twin: Host, decision: Decision) -> None:
    """It neither marks them as vanished nor reports a decision as carried out; we carry it out."""
    mail = world.send(12)
    reconcile(world.host)
    assert (reconcile(twin).vanished, mail.now.state, mail.waits) == (0, HoldState.HELD, True)
    (foreign,) = carry_out(twin, mail.decide(decision))
    assert (foreign.done, foreign.text) == (False, f"{world.host.name} has to carry it out")
    assert (reconcile(twin).carried_out, mail.now.state, mail.waits) == (0, HoldState.HELD, True)
    assert reconcile(world.host).carried_out == 1
    assert mail.reached() == (mail.to_everybody_once if decision is Decision.RELEASE else {})
    assert not mail.waits


def test_a_renamed_host_carries_out_its_decisions(world: World) -> None:
    """Also those about mail from before."""
    mail = world.send(12)
    renamed = replace(world.host, identity=replace(world.host.identity, name="mx9.corp.example"))
    mail.decide(Decision.RELEASE)
    assert reconcile(renamed).carried_out == 1
    assert mail.reached() == mail.to_everybody_once


def test_an_upgraded_host_carries_out_decisions_about_earlier_mail(world: World) -> None:
    """Holds from before the upgrade, without an id, belong to the host that had the name."""
    mail = world.send(12)
    world.sql("UPDATE holds SET host_id = '' WHERE id = ?", mail.hold.id)
    world.sql("DELETE FROM hosts")
    mail.decide(Decision.RELEASE)
    former = replace(world.host, identity=replace(world.host.identity, former=world.host.name))
    assert reconcile(former).carried_out == 1
    assert mail.reached() == mail.to_everybody_once
