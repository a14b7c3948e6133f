"""How much the trail knows: numbers for `holdback stats`. No names, no addresses."""

from dataclasses import dataclass

from sqlalchemy import Column, Connection, func, select

from holdback.trail.schema import acquaintances, canaries, canary_hits, correspondents, disclosures


@dataclass(frozen=True, slots=True)
class TrailCounts:
    """The trail as it stands, and how often canaries were heard of in a period."""

    disclosures: int
    """Messages in the ledger; by their ids, so that the answer comes at once, however many they are."""
    disclosures_since: float | None
    """Unix time of the oldest one; None if there is none."""
    correspondents: int
    """Addresses with which the company corresponded."""
    acquaintances: int
    """Pairs of people who have seen each other."""
    canaries: int
    canaries_left: int
    """Messages of the period that carried a canary out, once for each canary."""
    canaries_written_to: int
    """Messages of the period that came to a canary."""


def count_trail(connection: Connection, since: float, until: float) -> TrailCounts:
    """What is known now; canaries heard of from `since` up to but not including `until` (unix time)."""
    of_period = canary_hits.c.at >= since, canary_hits.c.at < until
    by_direction = select(canary_hits.c.direction, func.count()).where(*of_period)
    rows = connection.execute(by_direction.group_by(canary_hits.c.direction))
    heard: dict[str, int] = {direction: count for direction, count in rows}  # noqa: C416
    first, last = connection.execute(select(func.min(disclosures.c.id), func.max(disclosures.c.id))).one()
    return TrailCounts(
        disclosures=last - first + 1 if first else 0,
        disclosures_since=oldest_disclosure(connection),
        correspondents=_count(connection, correspondents.c.number),
        acquaintances=_count(connection, acquaintances.c.pair),
        canaries=_count(connection, canaries.c.id),
        canaries_left=heard.get("outbound", 0),
        canaries_written_to=heard.get("inbound", 0),
    )


def oldest_disclosure(connection: Connection) -> float | None:
    """Unix time of the oldest disclosure in the ledger; None if it has none."""
    oldest: float | None = connection.execute(select(func.min(disclosures.c.at))).scalar()
    return oldest


def _count(connection: Connection, column: Column[int]) -> int:
    return connection.execute(select(func.count(column))).scalar_one()
