"""Queries that return cases, holds and decisions as values."""

import re
from collections import defaultdict

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    and_,
    case,
    cast,
    distinct,
    func,
    or_,
    select,
)

from holdback.cases.case_filter import CaseFilter, Scope
from holdback.cases.fingerprints import BCC_DIGITS
from holdback.cases.model import (
    WAITING,
    Case,
    CaseFinding,
    CaseState,
    Decided,
    Decision,
    Hold,
    HoldState,
    word_of,
)
from holdback.cases.schema import bcc_recipients, cases, decisions, findings, holds, storable
from holdback.verdict import Action

Condition = ColumnElement[bool]
_PASSING = (Action.PASS, Action.OBSERVE)
"""Actions for which no message is held."""
_IDS = 2**32
"""Above every id of a finding."""


def cases_where(connection: Connection, *conditions: Condition) -> tuple[Case, ...]:
    """Cases with their holds counted, oldest first."""
    original = holds.c.replaces.is_(None)
    waiting = case((holds.c.state.in_(WAITING), 1), else_=0)
    due = select(func.max(decisions.c.due)).where(decisions.c.case_id == cases.c.id).scalar_subquery()
    query = (
        select(
            cases,
            func.max(holds.c.people).label("people"),
            func.count().filter(original).label("copies"),
            func.sum(waiting).label("waiting"),
            func.count(distinct(holds.c.content)).filter(original).label("contents"),
            due.label("due"),
        )
        .join(holds, holds.c.case_id == cases.c.id)
        .where(*conditions)
        .group_by(cases.c.id)
        .order_by(cases.c.opened, cases.c.id)
    )
    by_case = _findings(connection, *conditions)
    return tuple(
        Case(
            id=row.id,
            state=CaseState(row.state),
            opened=row.opened,
            sender=row.sender,
            people=row.people,
            copies=row.copies,
            waiting=row.waiting,
            contents=row.contents,
            findings=tuple(by_case[row.id]),
            due=row.due,
        )
        for row in connection.execute(query)
    )


def conditions_of(wanted: CaseFilter) -> tuple[Condition, ...]:
    """The conditions on `cases` by which `cases_where` returns the wanted cases."""
    conditions: list[Condition] = []
    waiting = cases.c.id.in_(select(holds.c.case_id).where(holds.c.state.in_(WAITING)))
    if wanted.scope is not Scope.ALL:
        is_open = cases.c.state == CaseState.OPEN
        conditions.append(is_open if wanted.scope is Scope.OPEN else or_(is_open, waiting))
    if wanted.sender:
        conditions.append(_is_like(cases.c.sender, wanted.sender))
    for column, pattern in ((holds.c.login, wanted.login), (holds.c.host, wanted.host)):
        if pattern:
            conditions.append(cases.c.id.in_(select(holds.c.case_id).where(_is_like(column, pattern))))
    if wanted.check:
        stopping = findings.c.check_name == wanted.check, findings.c.action.not_in(_PASSING)
        held = select(holds.c.case_id).join(findings, findings.c.hold_id == holds.c.id).where(*stopping)
        conditions.append(cases.c.id.in_(held))
    if wanted.opened_since:
        conditions.append(cases.c.opened >= wanted.opened_since)
    if wanted.opened_before is not None:
        conditions.append(cases.c.opened < wanted.opened_before)
    return tuple(conditions)


def _is_like(column: Column[str], pattern: str) -> Condition:
    escaped = re.sub(r"([\\%_])", r"\\\1", storable(pattern)).replace("*", "%").replace("?", "_")
    return column.ilike(escaped, escape="\\")


def has_final_decisions(connection: Connection, *conditions: Condition) -> bool:
    """True if a decision about one of these holds is to be carried out, or that about its case is."""
    about = or_(
        decisions.c.hold_id == holds.c.id,
        and_(decisions.c.hold_id.is_(None), decisions.c.case_id == holds.c.case_id),
    )
    decided = select(decisions.c.id).where(about, decisions.c.due.is_(None)).exists()
    waiting = holds.c.state.in_(WAITING), holds.c.replaces.is_(None)
    query = select(holds.c.id).where(*conditions, *waiting, decided).limit(1)
    return connection.execute(query).first() is not None


def holds_where(connection: Connection, *conditions: Condition) -> tuple[Hold, ...]:
    """Holds with their decision, in the order in which they were recorded.

    A decision on one hold precedes the one on its case. It applies to our copy of the hold, too. A decision
    that only a newer version knows is left to hosts that have it.
    """
    own, of_case = decisions.alias(), decisions.alias()
    query = (
        select(
            holds,
            func.coalesce(own.c.decision, of_case.c.decision).label("decision"),
            case((own.c.id.is_not(None), own.c.due), else_=of_case.c.due).label("due"),
        )
        .outerjoin(own, own.c.hold_id == func.coalesce(holds.c.replaces, holds.c.id))
        .outerjoin(of_case, and_(of_case.c.case_id == holds.c.case_id, of_case.c.hold_id.is_(None)))
        .where(*conditions)
        .order_by(holds.c.id)
    )
    return tuple(
        Hold(
            id=row.id,
            case_id=row.case_id,
            host=row.host,
            queue_id=row.queue_id,
            arrived=row.arrived,
            state=HoldState(row.state),
            changed=row.changed,
            login=row.login,
            client=row.client,
            size=row.size,
            recipients=row.recipients,
            visible=row.visible,
            people=row.people,
            action=row.action,
            replaces=row.replaces,
            queued=row.queued,
            decision=word_of(Decision, row.decision),
            uninspected=row.uninspected,
            host_id=row.host_id,
            due=row.due,
        )
        for row in connection.execute(query)
    )


def decisions_where(connection: Connection, *conditions: Condition) -> tuple[Decided, ...]:
    """Decisions in the order in which they were made."""
    query = (
        select(decisions, cases.c.opened)
        .join(cases, cases.c.id == decisions.c.case_id)
        .where(*conditions)
        .order_by(decisions.c.id)
    )
    return tuple(
        Decided(
            id=row.id,
            case_id=row.case_id,
            hold_id=row.hold_id,
            decision=Decision(row.decision),
            operator=row.operator,
            reason=row.reason,
            at=row.at,
            opened=row.opened,
            due=row.due,
        )
        for row in connection.execute(query)
    )


def count_bcc(connection: Connection, case_id: str) -> int:
    """Number of different envelope recipients of the case that are not visible in the header."""
    query = select(bcc_recipients.c.recipients).join(holds, holds.c.id == bcc_recipients.c.hold_id)
    found: set[bytes] = set()
    for row in connection.execute(query.where(holds.c.case_id == case_id)):
        found |= hashes_in(row.recipients)
    return len(found)


def hashes_in(recipients: bytes) -> set[bytes]:
    """The hash of each recipient in a row of `bcc_recipients`."""
    size = BCC_DIGITS // 2
    return {recipients[start : start + size] for start in range(0, len(recipients), size)}


def _findings(connection: Connection, *conditions: Condition) -> dict[str, list[CaseFinding]]:
    """Findings by case: for each check, kind and action the one with most people; most people first."""
    # The largest count in the high digits, and of those findings the smallest id in the low ones: to rank all
    # rows takes three times as long.
    count, row_id = cast(findings.c.count, BigInteger), cast(findings.c.id, BigInteger)
    packed = count * _IDS + (_IDS - 1 - row_id)
    best = (
        select(holds.c.case_id, (_IDS - 1 - func.max(packed) % _IDS).label("id"))
        .join(holds, holds.c.id == findings.c.hold_id)
        .join(cases, cases.c.id == holds.c.case_id)
        .where(*conditions)
        .group_by(holds.c.case_id, findings.c.check_name, findings.c.kind, findings.c.action)
        .subquery()
    )
    query = (
        select(findings, best.c.case_id)
        .join(best, best.c.id == findings.c.id)
        .order_by(findings.c.count.desc(), findings.c.id)
    )
    by_case: dict[str, list[CaseFinding]] = defaultdict(list)
    for row in connection.execute(query).mappings():
        by_case[row["case_id"]].append(
            CaseFinding(
                check=row["check_name"],
                kind=row["kind"],
                count=row["count"],
                where=row["place"],
                text=row["text"],
                action=row["action"],
                would=row["would"],
                because=row["because"],
            )
        )
    return by_case
