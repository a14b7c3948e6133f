"""Assigns a new hold to the case of its campaign, or opens a case for it.

A hold joins an open case that has a copy of it (same Message-ID or same content, same sender), else the open
case of its mailing. It joins a decided case only as an exact copy: a past decision releases nothing that the
operator has not seen, and sends it to nobody for whom no copy was held. A mailing is decided as a whole,
although its messages differ: the operator decides about the audience, so only messages held for
`unknown_recipients` alone belong to it.
"""

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import ColumnElement, Connection, and_, func, insert, or_, select, update

from holdback.cases.aliases import cases_of_alias
from holdback.cases.events import Event, EventKind, write_events
from holdback.cases.fingerprints import case_id
from holdback.cases.model import CLOSES_AS, Campaign, CaseState, Decision, Fingerprints, HoldState, NewHold
from holdback.cases.queries import hashes_in
from holdback.cases.schema import bcc_recipients, cases, decisions, findings, holds, storable


def file_hold(
    connection: Connection, new: NewHold, key: bytes, since: float, wanted: str = "", offset: float = 0.0
) -> tuple[str, int]:
    """Writes the hold unless it is on record; returns its case id and its number in the case.

    `since`: unix time by the clock of the database; earlier decisions no longer apply. `wanted`: id of the
    case, if the hold opens one. `offset` as returned by `clock_offset`.
    """
    known = _find_filed(connection, new)
    if known:
        return known
    case = _find_case(connection, new.fingerprints, since)
    kind = EventKind.CASE_GREW if case else EventKind.CASE_OPENED
    if not case:
        case = _insert_case(connection, new, key, wanted, offset)
    elif not _has_mailing(connection, case, new.fingerprints.mailing):
        new = replace(new, fingerprints=replace(new.fingerprints, mailing=""))
    hold = _insert_hold(connection, new, case, offset)
    copies = _count_copies(connection, case)
    event = Event(kind, new.arrived, new.host, case, hold, copies=copies, people=new.people)
    write_events(connection, [event])
    return case, copies


def _find_case(connection: Connection, fingerprints: Fingerprints, since: float) -> str | None:
    """The case that the message belongs to: an open one, else one whose decision covers it; else None."""
    case = _open_case(connection, fingerprints, since)
    if case:
        return case
    past = past_decision(connection, fingerprints, since) or past_mailing(connection, fingerprints, since)
    return past[1] if past else None


def _insert_case(connection: Connection, new: NewHold, key: bytes, wanted: str, offset: float) -> str:
    """Opens a case for the hold; its id."""
    case = _free_id(connection, new, key, wanted)
    opened = new.arrived + offset
    row = {"id": case, "state": CaseState.OPEN, "opened": opened, "sender": storable(new.sender)}
    connection.execute(insert(cases).values(row))
    return case


def _has_mailing(connection: Connection, case: str, mailing: str) -> bool:
    """True if the case has a message of the mailing.

    Otherwise its decision must not decide the mailing: this copy joins it for its content.
    """
    same = holds.c.case_id == case, holds.c.mailing == mailing
    return connection.execute(select(holds.c.id).where(*same).limit(1)).first() is not None


def file_copy(connection: Connection, new: NewHold, nonce: str) -> str | None:
    """Writes our own copy of the hold `new.replaces`, invalidates that hold's token, and returns its case id.

    Returns None and writes nothing if the token is not the latest one or was used before.
    """
    original = holds.c.id == new.replaces
    unspent = holds.c.nonce == nonce, holds.c.spent_by.is_(None)
    case = connection.execute(select(holds.c.case_id).where(original, *unspent)).scalar()
    if case:
        copy = _insert_hold(connection, new, case)
        connection.execute(update(holds).where(original).values(spent_by=copy))
    return case


def _insert_hold(connection: Connection, new: NewHold, case: str, offset: float = 0.0) -> int:
    """Writes the hold as pending, with its findings; returns its id."""
    inserted = connection.execute(
        insert(holds)
        .values(
            case_id=case,
            host=storable(new.host),
            queue_id=storable(new.queue_id),
            arrived=new.arrived,
            state=HoldState.PENDING,
            changed=new.arrived,
            login=storable(new.login),
            client=storable(new.client),
            message=new.fingerprints.message,
            content=new.fingerprints.content,
            exact=new.fingerprints.exact,
            mailing=new.fingerprints.mailing,
            size=new.size,
            recipients=new.recipients,
            visible=new.visible,
            people=new.people,
            action=new.action,
            replaces=new.replaces,
            uninspected=new.uninspected,
            host_id=new.host_id,
            filed=new.arrived + offset,
        )
        .returning(holds.c.id)
    )
    hold: int = inserted.scalar_one()
    if new.fingerprints.bcc and not new.replaces:
        row = {"hold_id": hold, "recipients": bytes.fromhex(new.fingerprints.bcc)}
        connection.execute(insert(bcc_recipients), row)
    insert_findings(connection, hold, new)
    return hold


def insert_findings(connection: Connection, hold: int, new: NewHold) -> None:
    """Writes the findings of a hold."""
    rows = [
        {
            "hold_id": hold,
            "check_name": judgement.finding.check,
            "kind": judgement.finding.kind,
            "count": judgement.finding.count,
            "place": storable(judgement.finding.where),
            "text": storable(judgement.finding.text),
            "action": judgement.action,
            "would": judgement.would,
            "because": judgement.because,
        }
        for judgement in new.findings
    ]
    if rows:
        connection.execute(insert(findings), rows)


def open_campaign(connection: Connection, fingerprints: Fingerprints, since: float) -> Campaign:
    """The open case with copies of this message or, since then (unix time), its mailing; and their number."""
    case = _open_case(connection, fingerprints, since)
    return Campaign(case, _count_copies(connection, case)) if case else Campaign()


def decision_before(connection: Connection, fingerprints: Fingerprints, since: float) -> Decision | None:
    """The past decision that applies to this message: on exact copies, else its content, else its mailing."""
    exact = past_decision(connection, fingerprints, since)
    if exact:
        return exact[0]
    mailing = past_mailing(connection, fingerprints, since)
    return past_refusal(connection, fingerprints, since) or (mailing[0] if mailing else None)


def past_decision(
    connection: Connection, fingerprints: Fingerprints, since: float
) -> tuple[Decision, str] | None:
    """The decision on exact copies since then (unix time), and the latest case that it was made in.

    None if there was no decision, or if decisions differ: then an operator has to decide again. None, too, if
    it was to release, and this message goes to others.
    """
    if not fingerprints.exact:
        return None
    same = select(holds.c.id, holds.c.case_id).where(
        holds.c.exact == fingerprints.exact, holds.c.replaces.is_(None)
    )
    copies = connection.execute(same).all()
    earlier = select(decisions).where(decisions.c.case_id.in_({copy.case_id for copy in copies}))
    rows = connection.execute(earlier.order_by(decisions.c.at)).all() if copies else []
    of_case = {row.case_id: row.decision for row in rows if row.hold_id is None and row.at >= since}
    own = {row.hold_id: row.decision for row in rows}
    decided = {own.get(copy.id, of_case[copy.case_id]) for copy in copies if copy.case_id in of_case}
    if len(decided) != 1:
        return None
    decision = Decision(decided.pop())
    if CLOSES_AS[decision] is CaseState.RELEASED and not _covers(connection, fingerprints, of_case):
        return None
    return decision, list(of_case)[-1]


def _covers(connection: Connection, fingerprints: Fingerprints, decided: Iterable[str]) -> bool:
    """True if exact copies in these cases were held for every recipient that this header does not show."""
    if not fingerprints.bcc:
        return True
    new = hashes_in(bytes.fromhex(fingerprints.bcc))
    copies = holds.c.exact == fingerprints.exact, holds.c.replaces.is_(None), holds.c.case_id.in_(decided)
    held = bcc_recipients.c.hold_id.in_(select(holds.c.id).where(*copies))
    for row in connection.execute(select(bcc_recipients.c.recipients).where(held)):
        new -= hashes_in(row.recipients)
    return not new


def past_refusal(connection: Connection, fingerprints: Fingerprints, since: float) -> Decision | None:
    """DROP if every decision since then (unix time) on cases with the same content was to drop or return.

    A release needs an exact copy; a refusal does not, whatever the audience.
    """
    same = select(holds.c.case_id).where(holds.c.content == fingerprints.content, holds.c.replaces.is_(None))
    of_case = decisions.c.case_id.in_(same), decisions.c.hold_id.is_(None), decisions.c.at >= since
    decided = set(connection.execute(select(decisions.c.decision).where(*of_case)).scalars())
    return Decision.DROP if decided and decided <= {Decision.DROP, Decision.RETURN} else None


def past_mailing(
    connection: Connection, fingerprints: Fingerprints, since: float
) -> tuple[Decision, str] | None:
    """The decision on this mailing since then (unix time), and the latest case that it was made in.

    None if there was no decision, or if decisions differ.
    """
    if not fingerprints.mailing:
        return None
    same = select(holds.c.case_id).where(holds.c.mailing == fingerprints.mailing)
    of_case = decisions.c.case_id.in_(same), decisions.c.hold_id.is_(None), decisions.c.at >= since
    rows = connection.execute(select(decisions).where(*of_case).order_by(decisions.c.at)).all()
    decided = {row.decision for row in rows}
    return (Decision(decided.pop()), rows[-1].case_id) if len(decided) == 1 else None


def _open_case(connection: Connection, fingerprints: Fingerprints, since: float) -> str | None:
    same = holds.c.content == fingerprints.content
    if fingerprints.message:
        same = or_(same, holds.c.message == fingerprints.message)
    arrived = func.coalesce(holds.c.filed, holds.c.arrived)
    mailing = and_(holds.c.mailing == fingerprints.mailing, arrived >= since)
    return _latest_open(connection, same) or (
        _latest_open(connection, mailing) if fingerprints.mailing else None
    )


def _latest_open(connection: Connection, same: ColumnElement[bool]) -> str | None:
    found = (
        select(holds.c.case_id)
        .join(cases, and_(cases.c.id == holds.c.case_id, cases.c.state == CaseState.OPEN))
        .where(same)
        .order_by(holds.c.id.desc())
        .limit(1)
    )
    return connection.execute(found).scalar()


def _count_copies(connection: Connection, case: str) -> int:
    """Number of messages of the case, without our own copies of them."""
    count = select(func.count()).where(holds.c.case_id == case, holds.c.replaces.is_(None))
    return connection.execute(count).scalar_one()


def _find_filed(connection: Connection, new: NewHold) -> tuple[str, int] | None:
    """Case id and number of a hold that is on record: its reply was lost, or the journal is read again."""
    same = (
        holds.c.host == storable(new.host),
        holds.c.queue_id == storable(new.queue_id),
        holds.c.arrived == new.arrived,
    )
    row = connection.execute(select(holds.c.id, holds.c.case_id).where(*same)).first()
    if not row:
        return None
    before = select(func.count()).where(
        holds.c.case_id == row.case_id, holds.c.replaces.is_(None), holds.c.id <= row.id
    )
    return row.case_id, connection.execute(before).scalar_one()


def _free_id(connection: Connection, new: NewHold, key: bytes, wanted: str) -> str:
    candidate, attempt = wanted or case_id(key, new.host, new.queue_id, new.arrived), 0
    while _is_taken(connection, candidate):
        attempt += 1
        candidate = case_id(key, new.host, new.queue_id, new.arrived, attempt)
    return candidate


def _is_taken(connection: Connection, candidate: str) -> bool:
    known = connection.execute(select(cases.c.id).where(cases.c.id == candidate)).first()
    return known is not None or bool(cases_of_alias(connection, candidate))
