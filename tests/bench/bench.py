"""`make bench`: how much mail Postfix moves with no milter, with milters that do nothing, and with Holdback.

Each has a private Postfix of its own; they take turns, round by round: a busy machine is unfair to none.
Twenty sessions of Postfix's `smtp-source` send, one message a connection; accepted mail is discarded.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "packaging" / "demo"))

from letters import RECIPIENT, SENDER, Letter, formats, letters
from rich.console import Console
from rich.table import Table
from rig.holdback import Holdback, answers
from rig.postfix import PrivatePostfix
from rig.waiting import wait_until
from stages import measure

HERE = Path(__file__).resolve().parent
SESSIONS = 20
C, OURS = "C milter that does nothing", "Holdback"
EVERYBODY = ("no milter", C, "pymilter that does nothing", OURS)


@dataclass(frozen=True, slots=True)
class Contender:
    """One Postfix and the milter that it asks."""

    name: str
    postfix: PrivatePostfix
    pid: int | None
    """Process of the milter; None without one."""


@dataclass(slots=True)
class Figures:
    """What the rounds gave for one contender and one letter."""

    rates: list[float] = field(default_factory=list)
    """Messages a second that Postfix took in."""
    cpu: list[float] = field(default_factory=list)
    """Milliseconds of processor time that the milter spent on each message."""
    size: int = 0
    """Bytes of the message."""


@contextmanager
def contenders() -> Iterator[list[Contender]]:
    """All four, running."""
    with ExitStack() as running:
        folder = running.enter_context(tempfile.TemporaryDirectory())
        compiled = Path(folder) / "nothing"
        subprocess.run(["cc", "-O2", "-o", compiled, HERE / "nothing.c", "-lmilter", "-lpthread"], check=True)

        def server(guarded: bool = True) -> PrivatePostfix:
            return running.enter_context(PrivatePostfix(relay=None, guarded=guarded))

        def contender(name: str, *command: str | Path) -> Contender:
            postfix = server()
            return Contender(name, postfix, running.enter_context(process(postfix.milter_socket, *command)))

        guarded = server()
        settings = {"internal_domains": [SENDER.partition("@")[2]], "campaigns": {"copies": 1_000_000}}
        yield [
            Contender("no milter", server(guarded=False), None),
            contender(C, compiled),
            contender(EVERYBODY[2], sys.executable, HERE / "nothing.py"),
            Contender(OURS, guarded, running.enter_context(Holdback(guarded, settings)).pid),
        ]


@contextmanager
def process(socket: Path, *command: str | Path) -> Iterator[int]:
    """The process id of the milter that `command` starts on `socket`."""
    started = subprocess.Popen([*command, f"unix:{socket}"], stderr=subprocess.DEVNULL)
    try:
        wait_until(socket.exists, f"the socket of {command[-1]}")
        socket.chmod(0o666)
        wait_until(lambda: answers(socket), f"the answer of {command[-1]}")
        yield started.pid
    finally:
        started.terminate()
        started.wait()


def cpu_seconds(pid: int | None) -> float:
    """Processor time that the process has used so far, all threads, user and system (proc(5))."""
    if pid is None:
        return 0.0
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def send(contender: Contender, file: Path, count: int, figures: Figures) -> None:
    """One round: `count` copies of the message in `file`, as fast as Postfix takes them."""
    to = f"127.0.0.1:{contender.postfix.port}"
    options = [
        "-s",
        str(min(SESSIONS, count)),
        "-m",
        str(count),
        "-f",
        SENDER,
        "-t",
        RECIPIENT,
        "-F",
        str(file),
    ]
    spent, start = cpu_seconds(contender.pid), time.perf_counter()
    subprocess.run(["/usr/sbin/smtp-source", *options, to], check=True, timeout=120)
    figures.rates.append(count / (time.perf_counter() - start))
    figures.cpu.append(1000 * (cpu_seconds(contender.pid) - spent) / count)
    contender.postfix.wait_empty()
    contender.postfix.clear()


def race(
    chosen: Iterable[Letter], who: Sequence[str], rounds: int, share: float, say: Callable[[str], None]
) -> dict[tuple[str, str], Figures]:
    """Figures by letter and contender, from `rounds` rounds with `share` of each letter's usual count."""
    figures: dict[tuple[str, str], Figures] = {}
    with contenders() as everybody, tempfile.TemporaryDirectory() as folder:
        running = [contender for contender in everybody if contender.name in who]
        for letter in chosen:
            file = Path(folder) / "letter.eml"
            file.write_bytes(letter.raw)
            count = max(4, int(letter.count * share))
            for contender in running:
                send(contender, file, max(4, count // 20), Figures())
            for turn in range(rounds):
                for contender in running:
                    say(
                        f"{letter.name}, round {turn + 1} of {rounds}: {count} messages with {contender.name}"
                    )
                    found = figures.setdefault((letter.name, contender.name), Figures(size=len(letter.raw)))
                    send(contender, file, count, found)
    return figures


def race_table(figures: dict[tuple[str, str], Figures]) -> Table:
    table = Table(
        "message",
        "milter",
        title=f"Through Postfix, {SESSIONS} sessions, medians; CPU of the milter for one message",
    )
    for column in ("msg/s", "of C", "CPU ms"):
        table.add_column(column, justify="right")
    for (letter, contender), found in figures.items():
        rate, base = statistics.median(found.rates), statistics.median(figures[letter, C].rates)
        cpu = "" if contender == "no milter" else f"{statistics.median(found.cpu):.2f}"
        table.add_row(
            letter, contender, f"{rate:.0f}", f"{rate / base:.2f}", cpu, end_section=contender == OURS
        )
    return table


def format_table(figures: dict[tuple[str, str], Figures]) -> Table:
    """20,000 people in every format: `people/s` are found while Postfix takes the mail."""
    table = Table(title="20,000 people in every format, through Postfix; all are held")
    for column in ("format", "MB", "msg/s", "MB/s", "people/s", "of C"):
        table.add_column(column, justify="left" if column == "format" else "right")
    for (letter, contender), found in figures.items():
        if contender == OURS:
            rate, base = statistics.median(found.rates), statistics.median(figures[letter, C].rates)
            size = found.size / 1e6
            speed = (f"{rate:.2f}", f"{rate * size:.1f}", f"{rate * 20_000:,.0f}")
            table.add_row(letter, f"{size:.2f}", *speed, f"{rate / base:.2f}")
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
    parser.add_argument("--quick", action="store_true", help="one round, a fifth of the messages")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--stages", action="store_true", help="only inspect() alone, no Postfix")
    chosen, console, wanted = letters(), Console(), parser.parse_args()
    console.print(stage_table(chosen, 0.3 if wanted.quick else 2.0))
    if wanted.stages:
        return
    rounds, share = (1, 0.2) if wanted.quick else (wanted.rounds, 1.0)
    with console.status("starting four Postfixes") as status:
        console.print(race_table(race(chosen, EVERYBODY, rounds, share, status.update)))
        console.print(
            "Holdback holds the customer csv: no delivery competes with it there, but each has a record."
        )
        if not wanted.quick:
            console.print(format_table(race(formats(), (C, OURS), 1, 1.0, status.update)))


if __name__ == "__main__":
    main()
