"""Analyse a CSV file, its dialect and its columns, as the model for new rows."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from holdback.documents import Budget, Table
from holdback.documents.charset import decode
from holdback.documents.delimited import split_tables
from holdback.documents.rows import DelimitedRows
from holdback.mail import Limits
from holdback.people.fields.kinds import Field
from holdback.people.recognition.table_layout import Layout, layout

_CHARSETS = ("utf-8", "utf-16-le", "utf-16-be", "cp1252", "cp1250", "cp1251", "cp932")
_MARK = "\ufeff"
_LOOK = 50
"""Lines from which quoting is detected."""


class NoSampleTable(Exception):
    """The file has no rows with e-mail addresses."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Dialect and contents of the file."""

    charset: str
    delimiter: str
    line_end: str
    quote_all: bool
    header: tuple[str, ...]
    """Empty if the file has none."""
    columns: tuple[tuple[str, ...], ...]
    """All values of each column in row order; "" where a row is short."""
    layout: Layout

    def encode(self, rows: Iterable[Sequence[str]]) -> bytes:
        """Encode `rows` in the dialect and charset of the file."""
        out = io.StringIO(newline="")
        csv.writer(
            out,
            delimiter=self.delimiter,
            lineterminator=self.line_end,
            quoting=csv.QUOTE_ALL if self.quote_all else csv.QUOTE_MINIMAL,
        ).writerows(rows)
        return out.getvalue().encode(self.charset, "replace")

    def can_write(self, text: str) -> bool:
        """Return True if the file's charset can encode the text."""
        return text.encode(self.charset, "replace").decode(self.charset) == text


def read_sample(content: bytes) -> Sample:
    """Analyse the CSV file `content`. Raises NoSampleTable."""
    text = decode(content)
    table = _table(text)
    if not table or not isinstance(table.rows, DelimitedRows):
        raise NoSampleTable("no rows separated by commas, semicolons or tabs")
    found = layout(table.sample())
    if Field.EMAIL not in {source.field for source in found.sources}:
        raise NoSampleTable("no column with e-mail addresses")
    rows = list(table.rows)
    body = rows[found.body :]
    width = max(map(len, body), default=0)
    lines = [line for line in text.split("\n")[found.body :][:_LOOK] if line]
    return Sample(
        charset=_charset(content, text),
        delimiter=table.rows.delimiter,
        line_end="\r\n" if b"\r\n" in content or b"\r\0\n" in content else "\n",
        quote_all=all(line.startswith('"') and line.endswith('"') for line in lines),
        header=tuple(rows[found.body - 1]) if found.body else (),
        columns=tuple(tuple(row[n] if n < len(row) else "" for row in body) for n in range(width)),
        layout=found,
    )


def _table(text: str) -> Table | None:
    _, tables = split_tables(text.removeprefix(_MARK), Budget(Limits(), lambda: True))
    return max(tables, key=lambda table: table.height, default=None)


def _charset(content: bytes, text: str) -> str:
    """Return the common charset in which `content` decodes to `text`; UTF-8 if there is none."""
    lines = text.removeprefix(_MARK)
    for name in _CHARSETS:
        read = content.decode(name, "replace").removeprefix(_MARK)
        if read.replace("\r\n", "\n").replace("\r", "\n") == lines:
            return name
    return "utf-8"
