"""Renders the figures of fleets as Markdown tables, as docs/explanation/capacity.md has them."""

from collections.abc import Sequence
from dataclasses import replace

from bench.fleet.arithmetic import Load, Measured, demand, held_seconds, saturated_at, volumes
from bench.fleet.lock_queue import FACTOR, simulate

HOSTS = (10, 100, 1000)
FACTORS = {"1 s": 0.0, "1 s, or 10 durations": FACTOR}
"""Interval between two transactions of a worker's queue; a release has the last."""


def tables(load: Load, measured: Measured) -> dict[str, str]:
    """Return the tables of the page by name."""
    return {
        "measured": measured_table(measured),
        "volumes": volume_table(load, measured),
        "fleet": fleet_table(load, measured),
        "interval": interval_table(load, measured),
    }


def measured_table(measured: Measured) -> str:
    """Return what was measured."""
    one, two, four = (f"{n:,.0f}" for n in measured.disclosures_a_second)
    alone, pair, group = (f"{n:,.0f}" for n in measured.batches_a_second)
    first, second, third = (f"{n:,.0f}" for n in measured.holds_a_second)
    rows = [
        ("Disclosure, without its hashes", f"{measured.disclosure_bytes:.0f} bytes"),
        ("Hash in a segment", f"{measured.identifier_bytes:.1f} bytes"),
        ("Disclosure with five hashes, in the write-ahead log", f"{measured.disclosure_log_bytes:.0f} bytes"),
        ("Correspondent", f"{measured.contact_bytes:.0f} bytes"),
        ("Recipients of one message, for `unknown_recipients`", f"{measured.recipients_bytes:.0f} bytes"),
        (
            "Held message with case, finding and decision; an event",
            f"{measured.hold_bytes:.0f}; {measured.event_bytes:.0f} bytes",
        ),
        (
            "Transaction of the trail: statements with its lock; time",
            f"{measured.batch.statements:.0f}; {_ms(measured.batch.seconds)}"
            f" + {_ms(measured.entry_seconds)} an entry",
        ),
        (
            "Held message: transactions, statements with the lock of the record; time",
            f"{measured.hold_transactions:.0f}, {measured.hold.statements:.0f}; {_ms(measured.hold.seconds)}",
        ),
        (
            "Registration of a host: statements; time",
            f"{measured.registration.statements:.0f}; {_ms(measured.registration.seconds)}",
        ),
        ("Compaction of 1,000 hashes", _ms(1000 * measured.compaction_seconds)),
        ("Deletion of 1,000 disclosures", _ms(1000 * measured.deletion_seconds)),
        ("Disclosures a second, 500 at a time, by 1, 2, 4 processes", f"{one}, {two}, {four}"),
        ("Transactions of one entry a second, by 1, 2, 4 processes", f"{alone}, {pair}, {group}"),
        ("Holds recorded a second, by 1, 2, 4 processes", f"{first}, {second}, {third}"),
        ("Counting 1,000 cases and their holds by state", _ms(1000 * measured.counting_seconds)),
        ("Counts of other workers' recipients that a worker reads a second", f"{measured.pulled_rows:,.0f}"),
        ("Connections of a worker", f"{measured.worker_connections:.0f}"),
    ]
    return _table(("measured", "value"), rows)


def volume_table(load: Load, measured: Measured) -> str:
    """Return rows and bytes of the tables, the same for any number of hosts."""
    quarter = volumes(replace(load, retention_days=90), measured)
    year = volumes(load, measured)
    rows = [
        (
            one.name,
            _count(one.rows_a_day),
            _bytes(one.bytes_a_day),
            _bytes(less.kept_bytes),
            _bytes(one.kept_bytes),
        )
        for less, one in zip(quarter, year, strict=True)
    ]
    total = (
        "**all**",
        _count(sum(one.rows_a_day for one in year)),
        _bytes(sum(one.bytes_a_day for one in year)),
        _bytes(sum(one.kept_bytes for one in quarter)),
        _bytes(sum(one.kept_bytes for one in year)),
    )
    heads = ("table", "rows a day", "bytes a day", "kept, ledger 90 days", "kept, ledger 365 days")
    return _table(heads, [*rows, total])


def fleet_table(load: Load, measured: Measured) -> str:
    """Return what fleets of several sizes ask of the database in the busiest second."""
    found = [demand(replace(load, hosts=hosts), measured) for hosts in HOSTS]
    rows = [
        ("workers", *(f"{hosts * load.workers:,}" for hosts in HOSTS)),
        ("entries of the trail a second", *(_count(one.entries) for one in found)),
        ("transactions of the trail a second", *(_count(one.batches) for one in found)),
        ("one of them holds the lock for", *(_ms(one.trail_seconds) for one in found)),
        ("**lock of the trail is held**", *(f"**{_percent(one.trail_lock)}**" for one in found)),
        ("transactions of the record a second", *(_count(one.record_transactions) for one in found)),
        ("lock of the record is held", *(_percent(one.record_lock) for one in found)),
        ("recipient counts sent to workers a second", *(_count(one.pulled_rows) for one in found)),
        ("share of a worker's time for them", *(_percent(one.pulling) for one in found)),
        ("cores of the database for them, at most", *(_two(one.serving) for one in found)),
        ("counting a year of cases for one host", *(_ms(one.counting_seconds) for one in found)),
        ("cores of the database for that", *(_two(one.counting) for one in found)),
        ("connections", *(f"{one.connections:,}" for one in found)),
        (
            "lock of the trail is full at, messages a day",
            *(_count(saturated_at(replace(load, hosts=hosts), measured)) for hosts in HOSTS),
        ),
    ]
    return _table(("busiest second", *(f"{hosts:,} hosts" for hosts in HOSTS)), rows)


def interval_table(load: Load, measured: Measured) -> str:
    """Return what happens at the lock of the trail in minutes as busy as the busiest second: simulated."""
    entries = demand(load, measured).entries
    fixed = held_seconds(measured.batch, load)
    rows = []
    for hosts in HOSTS:
        for interval, factor in FACTORS.items():
            workers = hosts * load.workers
            found = simulate(workers, entries, fixed, measured.entry_seconds, factor=factor)
            shares = map(_percent, (found.held, found.stored, found.timeouts))
            rows.append((f"{hosts:,}", interval, *shares, f"{_two(found.oldest)} s", f"{found.lost:,}"))
    heads = (
        "hosts",
        "interval",
        "lock held",
        "entries stored",
        "attempts that gave up",
        "stored every (p99)",
        "lost",
    )
    return _table(heads, rows)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(
        f"| {' | '.join(line)} |" if line[0] != "---" else "|---" * len(heads) + "|" for line in lines
    )


def _count(number: float) -> str:
    """Return a number with two digits: `0.58`, `1,200`, `25 million`."""
    for size, name in ((1e9, " billion"), (1e6, " million")):
        if number >= 0.995 * size:
            return f"{_two(number / size)}{name}"
    return _two(number)


def _bytes(number: float) -> str:
    for size, name in ((1e12, "TB"), (1e9, "GB"), (1e6, "MB")):
        if number >= 0.995 * size:
            return f"{_two(number / size)} {name}"
    return f"{_two(number / 1e3)} kB"


def _ms(seconds: float) -> str:
    return f"{_two(seconds * 1000)} ms"


def _percent(share: float) -> str:
    return f"{_two(100 * share)} %"


def _two(number: float) -> str:
    """Return a number rounded to two digits."""
    rounded = float(f"{number:.2g}")
    return f"{rounded:,.0f}" if rounded >= 10 else f"{rounded:g}"
