"""A confined reader with its own openers: the first word of a document selects what its reader does.

python odd_child.py [without-seccomp] [without-landlock] [without-limits] MEMORY
"""

import ctypes
import os
import signal
import sys
import types
from collections.abc import Iterator

import python_calamine
from holdback.documents.budget import Budget
from holdback.documents.document import Piece, Table, Text, Unreadable, member
from holdback.documents.kind import Kind
from holdback.mail import Part

kept: list[bytes] = []


def number(words: bytes) -> int:
    """Detects the kind by the first word; a mail makes its attachment a zip file."""
    return int(words.split()[0])


def open_oddly(kind: Kind, part: Part, budget: Budget) -> Iterator[Piece]:
    """Yields a `Text` for all documents, after the action of the document's first word."""
    word, _, rest = part.content.partition(b" ")
    yield Text(f"read {len(part.content)}", part.name)
    match word:
        case b"spin":
            while True:
                pass
        case b"late":
            while True:
                budget.beat()
        case b"segfault":
            ctypes.string_at(0)
        case b"abort":
            os.abort()
        case b"raise":
            signal.raise_signal(number(rest))
        case b"leave":
            os._exit(number(rest))
        case b"eat":
            hoard = [bytes(1 << 20) for _ in range(number(rest))]
            yield Text(f"ate {len(hoard)}")
        case b"keep":
            kept.extend(b"x" * (1 << 20) for _ in range(number(rest)))
            yield Text(f"kept {len(kept)}")
        case b"workbook":
            book = python_calamine.CalamineWorkbook.from_filelike(__import__("io").BytesIO(rest))
            for name in book.sheet_names:
                yield Table([list(map(str, row)) for row in book.get_sheet_by_name(name).to_python()])
        case b"use":
            size, cells = map(int, rest.split())
            yield Text(f"{budget.take(size)} bytes, {budget.cells(cells)} cells, page {budget.page()}")
        case b"large":
            yield Text("é\n" * int(rest))
            yield Text("after")
        case b"many":
            yield from (member(part, f"{n}.txt", b"x") for n in range(number(rest)))
        case b"table":
            yield Table([["Ann", "a\x1fb\nc"], ["Bob", "☺𝄞"]], ("name", "e-mail"), "sheet 1", 1)
        case b"mistake":
            raise KeyError(rest)
        case b"unsendable":
            yield Text(None)
        case b"echo":
            yield Text(rest.decode("utf-8", "surrogateescape"))
    yield Unreadable.UNSUPPORTED


def refuse(*words: object) -> int:
    raise OSError(1, "not on this kernel")


def main() -> None:
    fake = types.ModuleType("holdback.documents.confined.openers")
    fake.open_confined = open_oddly
    sys.modules["holdback.documents.confined.openers"] = fake
    from holdback.reader import __main__ as program
    from holdback.reader import landlock, limits, seccomp

    for name, layer in (("seccomp", seccomp), ("landlock", landlock), ("limits", limits)):
        if f"without-{name}" in sys.argv:
            layer.apply = refuse
    program.main(int(sys.argv[-1]))


if __name__ == "__main__":
    main()
