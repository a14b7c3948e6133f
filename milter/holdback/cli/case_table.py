"""Tables of cases: one that fits a terminal, and lines for other programs."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from textwrap import wrap

from rich.cells import cell_len, chop_cells

from holdback.cases.model import Case, CaseState
from holdback.cli.console import iso_time
from holdback.cli.decide_report import dropped_in
from holdback.phrases import duration, number, printable

_GAP = "  "
_LEAST = 12
"""Columns that the sender and the reasons get at least; without them the next column is left out."""
_LONGEST = 60
"""Characters of a sender that are printed in a table."""
_LEFT_OUT = ("age", "held", "people", "state", "why", "sender")
"""Columns that a narrow terminal does without, in this order. The id is always printed, and never broken."""
_RIGHT = ("age", "held", "people")
"""Columns of numbers, aligned to the right."""


def table_of(cases: Sequence[Case], width: int, now: float) -> Iterable[str]:
    """Yield the lines of a table with at most `width` columns, its heading first."""
    state = [] if all(map(is_open, cases)) else ["state"]
    titles = ["case", *state, *_RIGHT, "sender", "why"]
    rows = [_row(case, now) for case in cases]
    heading = {title: title for title in titles}
    natural = {title: max(cell_len(row[title]) for row in (heading, *rows)) for title in titles}
    widths = _fitted(natural, width)
    for row in (heading, *rows):
        yield from _lines(row, widths)


def _row(case: Case, now: float) -> dict[str, str]:
    held = number(case.waiting) if case.waiting == case.copies else f"{case.waiting} of {case.copies}"
    return {
        "case": case.id,
        "state": dropped_in(case.due) if case.due is not None and not is_open(case) else case.state,
        "age": duration(now - case.opened),
        "held": held,
        "people": number(case.people),
        "sender": printable(case.sender, _LONGEST),
        "why": ", ".join(checks_of(case)).replace("_", " ") or "not checked",
    }


def is_open(case: Case) -> bool:
    """True if the case needs a decision."""
    return case.state is CaseState.OPEN


def checks_of(case: Case) -> list[str]:
    """The names of the checks that found something, those with most people first."""
    return list(dict.fromkeys(finding.check for finding in case.findings))


def _fitted(natural: dict[str, int], width: int) -> dict[str, int]:
    """The width of each column that is printed: sender and reasons share what the others leave."""
    widths = dict(natural)
    for left_out in ("", *_LEFT_OUT):
        widths.pop(left_out, 0)
        elastic = [title for title in ("sender", "why") if title in widths]
        fixed = sum(size + len(_GAP) for title, size in widths.items() if title not in elastic)
        rest = width - fixed - len(_GAP) * (len(elastic) - 1)
        if sum(min(_LEAST, natural[title]) for title in elastic) <= rest:
            break
    if len(elastic) == 2:
        half = max(_LEAST, rest // 2)
        sender = min(natural["sender"], max(half, rest - natural["why"]))
        return widths | {"sender": sender, "why": min(natural["why"], rest - sender)}
    return widths | {title: min(natural[title], rest) for title in elastic}


def _lines(row: dict[str, str], widths: dict[str, int]) -> Iterable[str]:
    """The lines of one row: more than one if the sender or the reasons are too long."""
    folded = {title: [row[title]] for title in widths}
    for title in ("sender", "why"):
        if title in widths and cell_len(row[title]) > widths[title]:
            fold = chop_cells if title == "sender" else wrap
            folded[title] = fold(row[title], widths[title])
    for number_of_line in range(max(map(len, folded.values()))):
        cells = []
        for title, size in widths.items():
            text = folded[title][number_of_line] if number_of_line < len(folded[title]) else ""
            space = " " * (size - cell_len(text))
            cells.append(space + text if title in _RIGHT else text + space)
        yield _GAP.join(cells).rstrip()


def line_of(case: Case) -> str:
    """One line with tabs: id, state, opened (ISO 8601, UTC), held, messages, people, sender, checks."""
    fields = (
        case.id,
        case.state,
        iso_time(case.opened),
        case.waiting,
        case.copies,
        case.people,
        printable(case.sender, 1_000),
        ",".join(checks_of(case)),
    )
    return "\t".join(map(str, fields))


def as_dict(case: Case) -> dict[str, object]:
    """The same as JSON, with findings."""
    due = {"due_at": iso_time(case.due)} if case.due is not None else {}
    return {**asdict(case), "opened_at": iso_time(case.opened), **due}


def sorted_cases(cases: Iterable[Case], order: str) -> list[Case]:
    """The cases in one of `options.ORDERS`; equal ones stay as they are."""
    keys: Mapping[str, Callable[[Case], float | str]] = {
        "age": lambda case: case.opened,
        "newest": lambda case: -case.opened,
        "held": lambda case: -case.waiting,
        "people": lambda case: -case.people,
        "sender": lambda case: case.sender.lower(),
    }
    return sorted(cases, key=keys[order])
