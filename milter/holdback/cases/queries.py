"""Queries that return cases, holds and decisions as values."""

from collections import defaultdict

from sqlalchemy import ColumnElement, Connection, and_, case, distinct, func, select

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
from holdback.cases.schema import bcc_recipients, cases, decisions, findings, holds

Condition = ColumnElement[bool]


def cases_where(connection: Connection, *conditions: Condition) -> tuple[Case, ...]:
    """Cases with their holds counted, oldest first."""
    original = holds.c.replaces.is_(None)
    waiting = case((holds.c.state.in_(WAITING), 1), else_=0)
    query = (
        select(
            cases,
            func.max(holds.c.people).label("people"),
            func.count().filter(original).label("copies"),
            func.sum(waiting).label("waiting"),
            func.count(distinct(holds.c.content)).filter(original).label("contents"),
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
        )
        for row in connection.execute(query)
    )


def holds_where(connection: Connection, *conditions: Condition) -> tuple[Hold, ...]:
    """Holds with their decision, in the order in which they were recorded.

    A decision on one hold precedes the one on its case. It applies to our copy of the hold, too. A decision
    that only a newer version knows is left to hosts that have it.
    """
    own, of_case = decisions.alias(), decisions.alias()
    query = (
        select(holds, func.coalesce(own.c.decision, of_case.c.decision).label("decision"))
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
    alike = (holds.c.case_id, findings.c.check_name, findings.c.kind, findings.c.action)
    place = func.row_number().over(partition_by=alike, order_by=(findings.c.count.desc(), findings.c.id))
    ranked = (
        select(findings, holds.c.case_id, place.label("rank"))
        .join(holds, holds.c.id == findings.c.hold_id)
        .join(cases, cases.c.id == holds.c.case_id)
        .where(*conditions)
        .subquery()
    )
    query = select(ranked).where(ranked.c.rank == 1).order_by(ranked.c.count.desc(), ranked.c.id)
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
