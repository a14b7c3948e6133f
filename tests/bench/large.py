"""`make bench`: ordinary mail beside large mail and beside zip bombs, through a private Postfix.

Twenty ordinary messages a second are sent without a break: first alone, then beside eight large messages at
once. The ratio of the two 99th percentiles says how much ordinary mail suffers: with a milter that does
nothing, where only the transport of the large messages is felt, and with Holdback.
"""

import argparse
import io
import math
import random
import statistics
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.mime.text import MIMEText
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "packaging" / "demo"))

from contenders import OURS, PYTHON, Contender, contenders
from letters import RECIPIENT, SENDER, attached, letters, mail
from rich.console import Console
from rich.table import Table
from rig.postfix import PrivatePostfix

LARGE = 8
MILTERS = (PYTHON, OURS)
RATE = 20.0
"""Ordinary messages a second."""
TEXT = """
the parcel left our workshop in mill lane this morning and should be with you by thursday we thank you for
your order which was packed with care Tom Castell wrote that Ada Ahlberg had asked about delivery on Monday
12 March and the price of 4 pairs at 12.50 each London Bristol
"""


@dataclass(frozen=True, slots=True)
class Contest:
    """One kind of ordinary mail, and the large mail beside it."""

    name: str
    ordinary: bytes
    large: bytes


@dataclass(slots=True)
class Figures:
    """What one contest gave."""

    quiet: list[float] = field(default_factory=list)
    """Seconds of each ordinary message, connection included, without large mail."""
    loaded: list[float] = field(default_factory=list)
    """The same beside large messages."""
    large: list[float] = field(default_factory=list)
    """Seconds until all large messages of a round have their reply."""
    cpu: list[float] = field(default_factory=list)
    """Seconds of processor that the milter used in a round, its readers included."""
    held: int = 0
    """Messages for which the time was over: nothing else is a reason to hold them."""


def contests(megabytes: int) -> Iterator[Contest]:
    ordinary = letters()[0].raw
    yield Contest(f"{LARGE} x {megabytes} MB prose", ordinary, mail(MIMEText(prose(megabytes * 1_000_000))))
    page = b"Dear Ada, the price list is in the second file.\n"
    attachment = attached("prices.zip", zipped([("a.txt", page), ("b.txt", page)]))
    inner = zipped([("a.xml", b"<a>%s</a>" % (b"<b>sock</b>" * 90_000))])
    bomb = attached("bomb.zip", zipped([(f"{n}.zip", inner) for n in range(100)]))
    yield Contest(f"{LARGE} zips of 100 zips of XML, zip mail", mail(attachment), mail(bomb))


def prose(size: int) -> str:
    """About `size` characters of sentences in paragraphs, with names, dates and prices among them."""
    words, chance, paragraphs, length = TEXT.split(), random.Random(1), [], 0
    while length < size:
        count = chance.randint(40, 200)
        paragraphs.append(textwrap.fill(" ".join(chance.choices(words, k=count)).capitalize() + ".", 72))
        length += len(paragraphs[-1]) + 2
    return "\n\n".join(paragraphs)


def zipped(members: list[tuple[str, bytes]]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return file.getvalue()


@contextmanager
def ordinary_mail(postfix: PrivatePostfix, raw: bytes) -> Iterator[list[float]]:
    """Send `raw` at `RATE` in the background, whatever the replies take; the seconds of each message."""
    seconds: list[float] = []
    stop = threading.Event()

    def send() -> None:
        start = time.perf_counter()
        postfix.send(raw, SENDER, [RECIPIENT])
        seconds.append(time.perf_counter() - start)

    def run(threads: ThreadPoolExecutor) -> None:
        due = time.perf_counter()
        while not stop.wait(max(0.0, due - time.perf_counter())):
            due += 1 / RATE
            threads.submit(send)

    with ThreadPoolExecutor(100) as threads:
        clock = threading.Thread(target=run, args=(threads,))
        clock.start()
        try:
            yield seconds
        finally:
            stop.set()
            clock.join()


def send_large(postfix: PrivatePostfix, file: Path) -> float:
    """Send the message in `file` in as many sessions at once; the seconds until the last reply."""
    start, count = time.perf_counter(), str(LARGE)
    options = ["-s", count, "-m", count, "-f", SENDER, "-t", RECIPIENT, "-F", str(file)]
    subprocess.run(["/usr/sbin/smtp-source", *options, f"127.0.0.1:{postfix.port}"], check=True, timeout=600)
    return time.perf_counter() - start


def measure(
    contest: Contest, contender: Contender, rounds: int, quiet: float, say: Callable[[str], None]
) -> Figures:
    """`rounds` of `quiet` seconds without large mail, and of as many or more with large mail."""
    figures, postfix = Figures(), contender.postfix
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "large.eml"
        file.write_bytes(contest.large)
        with ordinary_mail(postfix, contest.ordinary):
            time.sleep(2)
        for turn in range(rounds):
            say(f"{contest.name}, {contender.name}, round {turn + 1} of {rounds}")
            with ordinary_mail(postfix, contest.ordinary) as seconds:
                time.sleep(quiet)
            figures.quiet += seconds
            spent = contender.cpu_seconds()
            with ordinary_mail(postfix, contest.ordinary) as seconds:
                figures.large.append(send_large(postfix, file))
                time.sleep(max(0.0, quiet - figures.large[-1]))
            figures.loaded += seconds
            figures.cpu.append(contender.cpu_seconds() - spent)
    figures.held = len(postfix.held())
    postfix.clear()
    return figures


def percentile(seconds: list[float], share: float) -> float:
    """The value that `share` of the values do not exceed."""
    return sorted(seconds)[max(0, math.ceil(share * len(seconds)) - 1)]


def table(found: dict[tuple[str, str], Figures]) -> Table:
    made = Table(title=f"{RATE:.0f} ordinary messages a second, beside {LARGE} large messages at once; ms")
    columns = ("large mail", "milter", "p50", "p99", "p50 beside", "p99 beside", "ratio", "messages")
    for column in (*columns, "large s", "CPU s", "held"):
        made.add_column(column, justify="left" if column in ("large mail", "milter") else "right")
    for (name, milter), figures in found.items():
        times = [(each, share) for each in (figures.quiet, figures.loaded) for share in (0.5, 0.99)]
        shown = [f"{1000 * percentile(each, share):.1f}" for each, share in times]
        ratio = percentile(figures.loaded, 0.99) / percentile(figures.quiet, 0.99)
        count, large = f"{len(figures.quiet)}+{len(figures.loaded)}", statistics.median(figures.large)
        cpu = statistics.median(figures.cpu)
        rest = (f"{ratio:.1f}", count, f"{large:.1f}", f"{cpu:.1f}", str(figures.held))
        made.add_row(name, milter, *shown, *rest, end_section=milter == MILTERS[-1])
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quiet", type=float, default=10.0, help="seconds of ordinary mail alone")
    parser.add_argument("--megabytes", type=int, default=8)
    parser.add_argument("--only", default="", help="text in the name of the contest")
    wanted, console = parser.parse_args(), Console(width=150)
    with console.status("starting") as status, contenders() as running:
        found = {
            (contest.name, contender.name): measure(
                contest, contender, wanted.rounds, wanted.quiet, status.update
            )
            for contest in contests(wanted.megabytes)
            if wanted.only in contest.name
            for contender in running
            if contender.name in MILTERS
        }
    console.print(table(found))


if __name__ == "__main__":
    main()
