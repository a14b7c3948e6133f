"""Find the tables of one or two rows that only other files show to be tables: exports of one entry a file."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace

from holdback.documents.delimiter_runs import DELIMITERS, Run, find_runs
from holdback.documents.document import Document, Table
from holdback.documents.rows import DelimitedRows

_LEAST = 5
"""Files with the same headings, at least."""
_LONGEST = 4096
"""Characters of such a file, at most."""
_LINES = 4
"""Its lines, at most, the headings included."""
_LOOK = 64
"""Files that show together whether they are tables."""


def with_tables_of_siblings(documents: Sequence[Document], beat: Callable[[], None]) -> tuple[Document, ...]:
    """Return the documents, those that are tables by their siblings with a table in place of their text."""
    groups: dict[str, list[int]] = defaultdict(list)
    for number, document in enumerate(documents):
        if headings := _headings(document):
            groups[headings].append(number)
    changed = list(documents)
    for headings, numbers in groups.items():
        if len(numbers) >= _LEAST and (run := _run(headings, [documents[number] for number in numbers])):
            for number in numbers:
                changed[number] = _as_table(documents[number], run, beat)
    return tuple(changed)


def _headings(document: Document) -> str:
    """The first of a few lines that are all of the document, if it may be one of headings; else ""."""
    if len(document.texts) != 1 or document.tables or len(document.texts[0].text) > _LONGEST:
        return ""
    text = document.texts[0].text
    first, _, rest = text.partition("\n")
    lines = rest.strip("\n").count("\n") + 2
    return first if rest.strip() and lines <= _LINES and any(sign in first for sign in DELIMITERS) else ""


def _run(headings: str, siblings: Sequence[Document]) -> Run | None:
    """The table that some of the siblings make together; None if they make none."""
    bodies = (document.texts[0].text.partition("\n")[2].strip("\n") for document in siblings[:_LOOK])
    text = "\n".join([headings, *bodies])
    runs = find_runs(text)
    return runs[0] if len(runs) == 1 and (runs[0].start, runs[0].end) == (0, len(text)) else None


def _as_table(document: Document, run: Run, beat: Callable[[], None]) -> Document:
    (text,) = document.texts
    rows = DelimitedRows(text.text, run.delimiter, run.cuts + 1, beat)
    return replace(document, texts=(), tables=(Table(rows, where=text.where),))
