"""Detect the format of a file by its content and open it as streams of rows."""

import io
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

from holdback.customer_list.sources.delimited import delimited
from holdback.customer_list.sources.documents import tables
from holdback.customer_list.sources.json_lines import is_object, json_lines
from holdback.customer_list.sources.stream import Stream
from holdback.customer_list.sources.text import CHUNK, pieces
from holdback.documents.charset import decode
from holdback.documents.data import may_contain_records
from holdback.documents.kind import Kind, kind_of
from holdback.exits import Exit, Failure
from holdback.mail import Part
from holdback.phrases import printable

_EDGE = 16 * 1024
"""Bytes at the start of a text from which CSV is detected."""

_PLAIN = (Kind.TEXT,)
_MARKED = (Kind.TEXT, Kind.HTML, Kind.XML, Kind.MAIL, Kind.ARMOURED)
"""Kinds that the content of a CSV may resemble; its file name decides."""


def streams(source: str, stack: ExitStack) -> Iterator[Stream]:
    """Open the tables of the file `source` (`-`: standard input), which `stack` closes. Raises Failure."""
    if source == "-":
        return _read(source, "standard input", sys.stdin.buffer)
    try:
        file = stack.enter_context(io.BufferedReader(io.FileIO(source)))
    except OSError as error:
        code = Exit.NO_PERMISSION if isinstance(error, PermissionError) else Exit.NO_INPUT
        raise Failure(code, f"{printable(source)}: {error.strerror}") from None
    return _read(source, Path(source).name, file)


def _read(source: str, name: str, file: BinaryIO) -> Iterator[Stream]:
    start = file.read(CHUNK)
    head = decode(start[:_EDGE]).lstrip()
    kind = kind_of(Part("1", start, name=name))
    listed = source == "-" or name.lower().endswith((".csv", ".tsv", ".tab"))
    if kind not in (_MARKED if listed else _PLAIN):
        yield from tables(source, name, start + file.read())
    elif _are_objects(name, decode(start)):
        late: set[str] = set()
        header, rows = json_lines(pieces(start, file), late)
        yield Stream(source, printable(name), header, rows, late)
    elif not listed and (head.startswith("[") or may_contain_records(head)):
        yield from tables(source, name, start + file.read())
    else:
        yield Stream(source, printable(name), (), delimited(pieces(start, file)))


def _are_objects(name: str, text: str) -> bool:
    """Return True if each line is an object (JSON lines), False if the text is one document."""
    first, _, second = text.lstrip().partition("\n")
    lines = second.lstrip().startswith("{") or name.lower().endswith((".jsonl", ".ndjson"))
    return lines and is_object(first)
