"""Events of mail that leaves the hold queue of a real MTA, with or without a decision."""

import pytest
from custody.world import Mail, World
from holdback.cases.model import Decision
from holdback.custody.carry_out import carry_out
from holdback.custody.reconcile import reconcile

pytestmark = pytest.mark.postfix


def departures(mail: Mail) -> list[tuple[str, str | None, str | None]]:
    """Kind, state and decision of the events of the mail's case since it was held."""
    events = mail.world.host.book.events_after(0)
    return [(one.kind, one.state, one.decision) for one in events if one.case_id == mail.hold.case_id][1:]


@pytest.mark.parametrize(
    ("decision", "state"),
    [
        (Decision.RELEASE, "released"),
        (Decision.RELEASE_BCC, "released"),
        (Decision.DROP, "dropped"),
        (Decision.RETURN, "returned"),
    ],
)
def test_a_decision_is_carried_out(world: World, decision: Decision, state: str) -> None:
    """One event for the decision and one for the hold, however often it is carried out."""
    mail = world.send(12)
    mail.decide(decision)
    for _ in range(2):
        carry_out(world.host, mail.hold.case_id)
    assert departures(mail) == [("decided", None, decision), ("carried_out", state, decision)]


@pytest.mark.parametrize(("tool", "state"), [("delete", "vanished"), ("release", "released")])
def test_mail_leaves_without_holdback(world: World, tool: str, state: str) -> None:
    """Mail deleted or released with the MTA's own tools is an event of the next reconciliation, once."""
    mail = world.send(12)
    reconcile(world.host)
    getattr(world.postfix, tool)(mail.hold.queue_id)
    for _ in range(2):
        reconcile(world.host)
    assert departures(mail) == [("vanished", state, None)]
