"""`make bench` for canaries: what looking for them adds to a message, with ten of them and with 100,000.

The share is of the time that the whole decision takes without any canary. Each figure is the median of runs
that take turns.
"""

import argparse
import re
import statistics
import sys
import time
from collections.abc import Mapping
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from holdback.config import config_of, domains_of, policy_of
from holdback.inspection import gather, judge
from holdback.mail import Envelope
from holdback.mail.beat import no_beat
from holdback.people.canaries import NO_CANARIES, Canaries, Canary
from holdback.people.canaries.sightings import sightings
from holdback.people.knowledge import Knowledge
from rich.console import Console
from rich.table import Table
from rig.people import HEADINGS, people

_FEW, _MANY = 10, 100_000
_ENVELOPE = Envelope("jane@corp.example", ("bob@shop.example",))
_HEAD = "From: Jane <jane@corp.example>\nTo: bob@shop.example\nSubject: your order\n"


def letters() -> Mapping[str, bytes]:
    """Mail without a canary: a letter, one with a long thread below, customers, colleagues, a hostile one."""
    line = "We meet at noon, at the office, as agreed; bring the drawings and the old contract.\n"
    letter = f"Dear Bob,\n\n{line * 20}\nJane Reid\nCorp Ltd, www.corp.example\njane@corp.example\n"
    rows = _csv([HEADINGS["en"], *(person.row for person in people(20_000))])
    return {
        "letter, 2 KB": f"{_HEAD}\n{letter}".encode(),
        "thread, 20 KB": f"{_HEAD}\n{letter * 10}".encode(),
        "20,000 customers": f"{_HEAD}\n{rows}".encode(),
        "20,000 colleagues": f"{_HEAD}\n{re.sub('customers[0-9]+', 'corp', rows)}".encode(),
        "1 MB of `@corp.`": f"{_HEAD}\n{'@corp. ' * 150_000}".encode(),
        "1 MB of `&#64;`": f"{_HEAD}\n{'&#64;' * 200_000}".encode(),
    }


def _csv(rows: list[tuple[str, ...]]) -> str:
    return "\n".join(",".join(row) for row in rows)


def planted(number: int) -> Canaries:
    """So many canaries at one domain."""
    return Canaries(
        Canary(n, f"ann.smith{n}@corp.example", "Spring export", "Agency X", 0.0, "jane")
        for n in range(1, number + 1)
    )


def measure(raw: bytes, sets: Mapping[int, Canaries], seconds: float) -> Mapping[int, float]:
    """Seconds that the check takes by number of canaries; of 0 the seconds of the whole decision."""
    config = config_of({"internal_domains": ["corp.example"]}, Path("bench"))
    policy, domains = policy_of(config), domains_of(config)
    times: dict[int, list[float]] = {number: [] for number in sets}
    end = time.monotonic() + seconds
    while len(times[0]) < 5 or time.monotonic() < end:
        for number, canaries in sets.items():
            knowledge = Knowledge(domains)
            start = time.process_time()
            evidence = gather(_ENVELOPE, raw, policy, knowledge)
            if number:
                start = time.process_time()
                sightings(_ENVELOPE, evidence.message, evidence.documents, canaries, no_beat)
            else:
                judge(evidence, policy)
            times[number].append(time.process_time() - start)
    return {number: statistics.median(some) for number, some in times.items()}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--seconds", type=float, default=5, help="for each kind of mail")
    seconds = options.parse_args().seconds
    sets = {0: NO_CANARIES, _FEW: planted(_FEW), _MANY: planted(_MANY)}
    table = Table("mail", "decision, ms", f"+ {_FEW} canaries", f"+ {_MANY:,} canaries", "ratio", box=None)
    for name, raw in letters().items():
        found = measure(raw, sets, seconds)
        shares = (f"{found[number] / found[0]:.1%}" for number in (_FEW, _MANY))
        table.add_row(name, f"{1000 * found[0]:.2f}", *shares, f"{found[_MANY] / found[_FEW]:.2f}")
    Console().print(table)


if __name__ == "__main__":
    main()
