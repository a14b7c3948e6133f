"""Counts the holds, cases and decisions of the record: now (for metrics) or in a period (for `stats`)."""

import statistics
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, distinct, func, select, true

from holdback.cases.hosts import of_host
from holdback.cases.model import WAITING, CaseState, Decision, HoldState
from holdback.cases.schema import cases, decisions, findings, holds


@dataclass(frozen=True, slots=True)
class Counts:
    """Current numbers. Every state is a key, if only with 0."""

    holds: Mapping[HoldState, int]
    cases: Mapping[CaseState, int]
    oldest_undecided: float | None
    """Arrival (unix time) of the oldest message that waits for a decision; None if none waits."""


@dataclass(frozen=True, slots=True)
class CheckStats:
    """Numbers of one check."""

    messages: int
    people: int
    """Sum of the largest count of each case: copies disclose the same people."""


@dataclass(frozen=True, slots=True)
class Stats:
    """Numbers of a period. Messages count by their arrival, decisions by the time they were made."""

    since: float
    until: float
    messages: int
    """Recorded messages, without our own copies."""
    cases: int
    """Cases that they belong to."""
    people: int
    """People whose data was held back: the sum of the largest count of each case."""
    checks: Mapping[str, CheckStats]
    decisions: Mapping[Decision, int]
    """Every decision is a key, if only with 0."""
    median_decision_seconds: float | None
    """Median time from the opening of a case to its decision; None if there was none."""


def count_all(connection: Connection, host: str = "") -> Counts:
    """Current numbers of holds and cases, by state.

    Of holds, only those of the host with this id if there is one; a case may have holds of several hosts.
    """
    counted = of_host(host) if host else true()
    by_hold = connection.execute(select(holds.c.state, func.count()).where(counted).group_by(holds.c.state))
    by_case = connection.execute(select(cases.c.state, func.count()).group_by(cases.c.state))
    hold_counts, case_counts = ({str(state): int(n) for state, n in rows} for rows in (by_hold, by_case))
    oldest = (
        select(func.min(holds.c.arrived))
        .join(cases, cases.c.id == holds.c.case_id)
        .outerjoin(decisions, decisions.c.hold_id == holds.c.id)
        .where(cases.c.state == CaseState.OPEN, holds.c.state.in_(WAITING), decisions.c.id.is_(None))
        .where(counted)
    )
    return Counts(
        # States that only a newer version knows are left out.
        holds={state: hold_counts.get(state, 0) for state in HoldState},
        cases={state: case_counts.get(state, 0) for state in CaseState},
        oldest_undecided=connection.execute(oldest).scalar(),
    )


def stats_of(connection: Connection, since: float, until: float) -> Stats:
    """Numbers of the period from `since` up to but not including `until` (unix time)."""
    arrived = and_(holds.c.arrived >= since, holds.c.arrived < until, holds.c.replaces.is_(None))
    decided = and_(decisions.c.at >= since, decisions.c.at < until)
    by_case = select(func.count().label("n"), func.max(holds.c.people).label("people")).where(arrived)
    each = by_case.group_by(holds.c.case_id).subquery()
    messages, in_cases, people = connection.execute(
        select(func.coalesce(func.sum(each.c.n), 0), func.count(), func.coalesce(func.sum(each.c.people), 0))
    ).one()
    by_decision = connection.execute(
        select(decisions.c.decision, func.count()).where(decided).group_by(decisions.c.decision)
    )
    return Stats(
        since=since,
        until=until,
        messages=int(messages),
        cases=in_cases,
        people=int(people),
        checks=_checks(connection, arrived),
        decisions=dict.fromkeys(Decision, 0) | {Decision(name): count for name, count in by_decision},
        median_decision_seconds=_median_wait(connection, decided),
    )


def _checks(connection: Connection, arrived: ColumnElement[bool]) -> dict[str, CheckStats]:
    each = (
        select(
            findings.c.check_name,
            func.count(distinct(holds.c.id)).label("n"),
            func.max(findings.c.count).label("people"),
        )
        .join(holds, holds.c.id == findings.c.hold_id)
        .where(arrived)
        .group_by(findings.c.check_name, holds.c.case_id)
        .subquery()
    )
    total = select(each.c.check_name, func.sum(each.c.n), func.sum(each.c.people)).group_by(each.c.check_name)
    rows = connection.execute(total.order_by(each.c.check_name))
    return {name: CheckStats(int(messages), int(people)) for name, messages, people in rows}


def _median_wait(connection: Connection, decided: ColumnElement[bool]) -> float | None:
    opened = select(decisions.c.at - cases.c.opened).join(cases, cases.c.id == decisions.c.case_id)
    found = connection.execute(opened.where(decided, decisions.c.hold_id.is_(None))).scalars()
    # Cases of earlier versions were opened by the clock of their host, which may have been ahead.
    waits = [max(0.0, wait) for wait in found]
    return statistics.median(waits) if waits else None
