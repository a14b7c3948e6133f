"""`make bench`: how much mail Postfix moves with no milter, with milters that do nothing, and with Holdback.

Each has a private Postfix of its own. They take turns in short rounds, and each round is compared with the
same round of the C milter: what else the machine does is unfair to none. Twenty sessions send, one message
a connection; accepted mail is discarded. `--peers` adds rspamd and MIMEDefang with two rules each.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "packaging" / "demo"))

from contenders import NONE, OURS, C, Contender, compiled, contenders
from letters import RECIPIENT, SENDER, Letter, formats, letters
from mix import as_data, mails
from rich.console import Console
from rich.table import Table
from stages import measure

SESSIONS = 20
WIDTH = 140


@dataclass(frozen=True, slots=True)
class Load:
    """The messages of one round."""

    name: str
    files: tuple[Path, ...]
    """One file is sent `count` times, several once each, as the DATA command takes them."""
    count: int
    size: int
    """Bytes of the average message."""


@dataclass(slots=True)
class Figures:
    """What the rounds gave for one contender and one kind of message."""

    load: Load
    rates: list[float] = field(default_factory=list)
    """Messages a second that Postfix took in, by round."""
    cpu: float = 0.0
    """Seconds of processor time that the milter used in all rounds."""

    @property
    def cpu_ms(self) -> float:
        """Milliseconds of processor time a message."""
        return 1000 * self.cpu / (self.load.count * len(self.rates))


Race = dict[tuple[str, str], Figures]
"""Figures by kind of message and contender."""


def loads(chosen: Iterable[Letter], folder: Path, share: float = 1.0) -> list[Load]:
    """Write messages into `folder`; `share`: of each one's usual count."""
    result = []
    for number, letter in enumerate(chosen):
        file = folder / f"{number}.eml"
        file.write_bytes(letter.raw)
        result.append(Load(letter.name, (file,), max(4, int(letter.count * share)), len(letter.raw)))
    return result


def mix(folder: Path) -> Load:
    """Write all different mails into `folder`."""
    contents = mails()
    for name, raw in contents.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(as_data(raw))
    size = sum(map(len, contents.values())) // len(contents)
    return Load("mix", tuple(folder / name for name in contents), len(contents), size)


def send(contender: Contender, load: Load, sender: Path, figures: Figures) -> None:
    """Run one round, as fast as Postfix takes the messages; `sender`: the program for different ones."""
    sessions, port = str(min(SESSIONS, load.count)), contender.postfix.port
    many: list[str | Path] = [sender, str(port), sessions, SENDER, RECIPIENT, *load.files]
    copies: list[str | Path] = ["/usr/sbin/smtp-source", "-s", sessions, "-m", str(load.count)]
    copies += ["-f", SENDER, "-t", RECIPIENT, "-F", load.files[0], f"127.0.0.1:{port}"]
    spent, start = contender.cpu_seconds(), time.perf_counter()
    subprocess.run(many if len(load.files) > 1 else copies, check=True, timeout=300)
    figures.rates.append(load.count / (time.perf_counter() - start))
    contender.postfix.wait_empty()
    figures.cpu += contender.cpu_seconds() - spent
    contender.postfix.clear()


def race(
    running: Sequence[Contender],
    chosen: Iterable[Load],
    rounds: int,
    sender: Path,
    show: Callable[[str], None],
) -> Race:
    """Let all take turns, `rounds` times for each kind, after one round that does not count."""
    figures: Race = {}
    for load in chosen:
        for turn in range(rounds + 1):
            first = turn % len(running)
            for contender in [*running[first:], *running[:first]]:
                show(f"{load.name}, round {turn} of {rounds}: {load.count} messages with {contender.name}")
                found = figures.setdefault((load.name, contender.name), Figures(load))
                send(contender, load, sender, found if turn else Figures(load))
    return figures


def ratio(figures: Race, kind: str, contender: str) -> float:
    """Return the median of a contender's throughput, divided by the C milter's in the same round."""
    ours, base = figures[kind, contender].rates, figures[kind, C].rates
    return statistics.median(mine / theirs for mine, theirs in zip(ours, base, strict=True))


def race_table(figures: Race) -> Table:
    """One row a milter, one column a kind of message: throughput (C milter = 1), processor time."""
    kinds = list(dict.fromkeys(kind for kind, _ in figures))
    title = f"Through Postfix, {SESSIONS} sessions: throughput (C milter = 1), the milter's CPU ms a message"
    table = Table("milter", title=title)
    for kind in kinds:
        table.add_column(kind, justify="right")
    for contender in dict.fromkeys(contender for _, contender in figures):
        cells = []
        for kind in kinds:
            cpu = "" if contender == NONE else f"{figures[kind, contender].cpu_ms:.2f}"
            cells.append(f"{ratio(figures, kind, contender):.2f}{cpu:>8}")
        table.add_row(contender, *cells)
    rates = [f"{statistics.median(figures[kind, C].rates):.0f} msg/s" for kind in kinds]
    table.add_section()
    table.add_row(C, *rates)
    return table


def format_table(figures: Race) -> Table:
    """20,000 people in every format: `people/s` are found while Postfix takes the mail."""
    table = Table(title="20,000 people in every format, through Postfix; all are held")
    for column in ("format", "MB", "msg/s", "MB/s", "people/s", "of C"):
        table.add_column(column, justify="left" if column == "format" else "right")
    for (kind, contender), found in figures.items():
        if contender == OURS:
            rate, size = statistics.median(found.rates), found.load.size / 1e6
            speed = (f"{rate:.2f}", f"{rate * size:.1f}", f"{rate * 20_000:,.0f}")
            table.add_row(kind, f"{size:.2f}", *speed, f"{ratio(figures, kind, OURS):.2f}")
    return table


def stage_table(chosen: list[Letter], seconds: float) -> Table:
    stages = ("read", "open", "check", "decide", "all")
    table = Table("message", title="inspect() alone, CPU milliseconds a message, medians")
    for stage in stages:
        table.add_column(stage, justify="right")
    for letter in chosen:
        times = measure(letter.raw, seconds)
        table.add_row(letter.name, *(f"{times[stage]:.3f}" for stage in stages))
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="three rounds, half of the messages")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--peers", action="store_true", help="with rspamd and MIMEDefang")
    parser.add_argument("--stages", action="store_true", help="only inspect() alone, no Postfix")
    parser.add_argument("--kinds", default="", help="only kinds of messages whose names contain this")
    chosen, console, wanted = letters(), Console(width=WIDTH), parser.parse_args()
    console.print(stage_table(chosen, 0.3 if wanted.quick else 2.0))
    if wanted.stages:
        return
    rounds, share = (3, 0.5) if wanted.quick else (wanted.rounds, 1.0)
    with (
        tempfile.TemporaryDirectory() as name,
        console.status("starting") as status,
        contenders(wanted.peers) as running,
    ):
        folder = Path(name)
        sender = compiled("send", folder)
        everything = [*loads(chosen, folder, share), mix(folder)]
        kinds = [load for load in everything if wanted.kinds in load.name]
        console.print(race_table(race(running, kinds, rounds, sender, status.update)))
        console.print("Holdback holds the customer csv: nothing is delivered there, but each has a record.")
        if not wanted.quick and not wanted.kinds:
            two = [one for one in running if one.name in (C, OURS)]
            console.print(format_table(race(two, loads(formats(), folder), 1, sender, status.update)))


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        main()
