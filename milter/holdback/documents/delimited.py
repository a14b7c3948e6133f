"""Split delimited text into tables and running text."""

import re
from collections.abc import Iterator
from dataclasses import replace

from holdback.documents.budget import Budget
from holdback.documents.delimiter_runs import Run, find_runs
from holdback.documents.document import Table, Text
from holdback.documents.rows import DelimitedRows, blocks

_LARGE = 64 * 1024
"""Characters above which samples are examined before all lines."""
_EDGE = 16 * 1024
"""Characters at both ends of a text within which one large table must begin and end."""
_SAMPLES = 24
_SAMPLE = 1024
_ALIKE = 0.8
"""Share of the samples that one large table must cover."""
_CHUNK = 1024 * 1024
"""Characters split into lines at a time, to bound memory."""

_OTHER_FORMATS = re.compile(r"\s*(?:[\[{]\s*[\"\[{]|BEGIN:V|<\?xml)")
"""JSON, vCard and XML that could not be parsed: full of commas and semicolons, but not tables."""
_QUOTE_MARKS = re.compile(r"^>[> ]*", re.M)
_RULERS = re.compile(r"^[ \t|+:=-]+$\n?", re.M)
_FORMULA = re.compile(r'(?:^|(?<=[,;\t|~]))(?:="([^"\n]{0,200})"|"=""([^"\n]{0,200})""")(?=[,;\t|~]|$)', re.M)
"""A cell that a spreadsheet must not take for a number: `="0511 506304"`."""


def split_tables(
    text: str, budget: Budget, large: Run | None = None
) -> tuple[tuple[Text, ...], tuple[Table, ...]]:
    """Return the running text (at most one `Text`) and the tables; each line is in exactly one of them.

    large: the result of `one_large_run`, if it has been called already.
    """
    runs = [large] if large else _runs(text, budget)
    if not runs:
        return _running(text), ()
    if len(runs) == 1 and (runs[0].start, runs[0].end) == (0, len(text)):
        return (), (_table(text, runs[0], "", budget),)
    rest: list[str] = []
    tables: list[Table] = []
    end, line = 0, 1
    for run in runs:
        rest.append(text[end : run.start])
        first = line + text.count("\n", end, run.start)
        line = first + text.count("\n", run.start, run.end)
        last = line - 1 if text[run.end - 1] == "\n" else line
        tables.append(_table(text[run.start : run.end], run, f"lines {first}-{last}", budget))
        end = run.end
    rest.append(text[end:])
    return _running("".join(rest)), tuple(tables)


def _running(text: str) -> tuple[Text, ...]:
    return () if not text or text.isspace() else (Text(text),)


def _table(text: str, run: Run, where: str, budget: Budget) -> Table:
    if text.startswith(">"):
        text = _QUOTE_MARKS.sub("", text)
    if run.delimiter == "|":
        text = _RULERS.sub("", text)
    if '="' in text:
        text = _FORMULA.sub(lambda cell: f'"{cell[1] or cell[2] or ""}"', text)
    return Table(DelimitedRows(text, run.delimiter, run.cuts + 1, budget.beat), where=where)


def _runs(text: str, budget: Budget) -> list[Run]:
    if _OTHER_FORMATS.match(text):
        return []
    if len(text) < _LARGE:
        return find_runs(text)
    if run := one_large_run(text):
        return [run]
    return list(_chunked_runs(text, budget))


def one_large_run(text: str) -> Run | None:
    """Return the run that covers nearly all of a large text, judging by samples; None if there is none."""
    size = len(text)
    if size < _LARGE:
        return None
    head = find_runs(text[: text.rfind("\n", 0, _EDGE) + 1])
    tail_start = text.find("\n", size - _EDGE) + 1
    tail = find_runs(text[tail_start:]) if tail_start else []
    if not head or not tail or not head[-1].is_cut_like(tail[0]):
        return None
    first, last = head[-1], tail[0]
    places = set(range(_EDGE, size - _EDGE, max(_SAMPLE, (size - 2 * _EDGE) // _SAMPLES)))
    # Find customers inside a catalogue by their addresses.
    addresses = {text.find("@", place) for place in places} - {-1}
    for some in (places, addresses):
        if sum(_is_cut_alike(text, place, first) for place in some) < _ALIKE * len(some):
            return None
    return Run(first.start, tail_start + last.end, first.delimiter, first.cuts)


def _is_cut_alike(text: str, place: int, run: Run) -> bool:
    """Return True if the lines after `place` have the delimiters of `run`."""
    start = text.find("\n", place) + 1
    found = find_runs(text[start : text.rfind("\n", start, start + _SAMPLE) + 1])
    return any(run.is_cut_like(other) for other in found)


def _chunked_runs(text: str, budget: Budget) -> Iterator[Run]:
    """Yield all runs, chunk by chunk; a run across chunks is merged."""
    open_run = None
    for start, end in blocks(text, _CHUNK):
        budget.beat()
        for found in find_runs(text[start:end]):
            run = replace(found, start=start + found.start, end=start + found.end)
            if open_run and open_run.end == run.start and open_run.is_cut_like(run):
                run = replace(run, start=open_run.start)
            elif open_run:
                yield open_run
            open_run = run
    if open_run:
        yield open_run
