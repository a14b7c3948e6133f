"""`make formats`: every format that Holdback reads, with the same 20,000 people, through the confined reader.

Is it read, are all people found, does a price list pass, what is said of a file that is cut short or sealed,
and how fast does it go? Exit code 1 if a format loses somebody or takes a price list for people.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from holdback.people.parties.domains import company_domains

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from holdback.checks.customer_data import customer_data
from holdback.documents import Budget, Document, Reader, open_parts
from holdback.inspection import evidence_of
from holdback.mail import Envelope, Limits, Message, Part
from holdback.people.knowledge import Knowledge
from holdback.reader import Readers, Settings
from rich.console import Console
from rich.table import Table
from rig.files.everything import WRITERS, Writer
from rig.files.sealed import SEALED
from rig.people import HEADINGS, parts_list, people

DOMAINS = company_domains(["corp.example"])
ENVELOPE = Envelope("me@corp.example", ("someone@elsewhere.example",))
NEAR_MISS = 500


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one format."""

    name: str
    size: int
    """Bytes of the file."""
    found: int
    """People in records."""
    near_miss: int
    """People in a price list of the same format."""
    cut: str
    """What is said of its first two thirds, and how many people are found there."""
    sealed: str
    """What is said of it with a password; empty if the format knows none."""
    reading: float
    """Seconds to open it, the confined reader and the way there and back included."""
    whole: float
    """Seconds until the people are counted."""


def opened(content: bytes, reader: Reader) -> tuple[Document, ...]:
    part = Part("2", content, "application/octet-stream", "file.bin", attached=True)
    return open_parts((part,), Budget(Limits(), lambda: True, len(content)), reader)


def counted(documents: tuple[Document, ...]) -> int:
    """People in records, as the check counts them."""
    evidence = evidence_of(ENVELOPE, Message(), documents, Knowledge(DOMAINS))
    return sum(finding.count for finding in customer_data(evidence) if finding.kind == "records")


def said(documents: tuple[Document, ...]) -> str:
    """Why something is unread: `broken`."""
    return ", ".join(sorted({str(why) for document in documents for why in document.unreadable}))


def measure(name: str, writer: Writer, count: int, reader: Reader, rounds: int) -> Result:
    """All there is to know about one format."""
    content = writer([HEADINGS["en"], *(person.row for person in people(count))])
    prices = opened(writer([("Article", "Name", "Price", "Stock"), *parts_list(NEAR_MISS)]), reader)
    cut = opened(content[: len(content) * 2 // 3], reader)
    reading, whole = [], []
    for _ in range(rounds):
        start = time.perf_counter()
        documents = opened(content, reader)
        reading.append(time.perf_counter() - start)
        found = counted(documents)
        whole.append(time.perf_counter() - start)
    return Result(
        name=name,
        size=len(content),
        found=found,
        near_miss=counted(prices),
        cut=f"{said(cut) or '-'}, {counted(cut):,}",
        sealed=said(opened(SEALED[name](), reader)) if name in SEALED else "",
        reading=statistics.median(reading),
        whole=statistics.median(whole),
    )


def format_table(results: list[Result], count: int) -> Table:
    """Ratios are to the csv: absolute times are this machine's."""
    table = Table(title=f"{count:,} people in every format, through the confined reader, medians")
    columns = ("format", "MB", "read", "people", "in a price list", "cut short", "sealed")
    for column in (*columns, "MB/s", "people/s", "open : csv", "all : csv"):
        table.add_column(column, justify="left" if column in ("format", "cut short", "sealed") else "right")
    base = results[0]
    for one in results:
        table.add_row(
            one.name,
            f"{one.size / 1e6:.2f}",
            "yes" if one.found else "no",
            f"{one.found:,}",
            str(one.near_miss),
            one.cut,
            one.sealed,
            f"{one.size / 1e6 / one.whole:.1f}",
            f"{count / one.whole:,.0f}",
            f"{one.reading / base.reading:.1f}",
            f"{one.whole / base.whole:.2f}",
        )
    return table


def hand_over(reader: Reader, direct: Reader) -> Table:
    """What it costs that a document is read in another process: a small one, and one of 10 MB."""
    table = Table(title="Hand-over to the confined reader: a tar file with one text in it")
    for column in ("text", "in this process, ms", "confined, ms", "added, ms"):
        table.add_column(column, justify="right")
    for size in (100, 10_000_000):
        archive = WRITERS["tar"]([["x" * 99] for _ in range(size // 100)])
        times = [_median(partial(opened, archive, each), 9) for each in (direct, reader)]
        inside, outside = (1000 * one for one in times)
        table.add_row(f"{size:,} bytes", f"{inside:.2f}", f"{outside:.2f}", f"{outside - inside:.2f}")
    return table


def _median(work: Callable[[], object], rounds: int) -> float:
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def run(count: int, rounds: int, chosen: list[str], console: Console) -> bool:
    """Measure and print; True if no format lost anybody."""
    from holdback.documents.confined.openers import open_confined

    readers = Readers(Settings())
    try:
        results = []
        with console.status("") as status:
            for name, writer in WRITERS.items():
                if name in chosen or not chosen:
                    status.update(name)
                    results.append(measure(name, writer, count, readers.open, rounds))
        console.print(format_table(results, count), hand_over(readers.open, open_confined))
    finally:
        readers.close()
    wrong = [one.name for one in results if one.found != count or one.near_miss]
    if wrong:
        console.print(f"[red]people lost, or found where there are none: {', '.join(wrong)}")
    return not wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "formats", nargs="*", metavar="FORMAT", help=f"of {', '.join(WRITERS)}; all by default"
    )
    wanted = parser.parse_args()
    return 0 if run(wanted.people, wanted.rounds, wanted.formats, Console(width=150)) else 1


if __name__ == "__main__":
    sys.exit(main())
