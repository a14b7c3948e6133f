"""Readers for tests: real ones, ones whose action a document selects, and a compromised one."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from holdback.documents import Budget, Text
from holdback.documents.document import Piece
from holdback.documents.kind import Kind
from holdback.mail import Limits, Part
from holdback.reader import Readers, Settings, Watch

HERE = Path(__file__).parent
ODD = (sys.executable, "-I", str(HERE / "odd_child.py"))
FAULTY = (sys.executable, "-I", str(HERE / "faulty_child.py"))
PARROT = (sys.executable, "-I", "-S", str(HERE / "parrot_child.py"))


class Reports:
    """Records the callbacks of a `Watch`."""

    def __init__(self) -> None:
        self.started: list[str] = []
        self.lost: list[str] = []
        self.failed: list[str] = []

    def watch(self) -> Watch:
        return Watch(
            lambda confinement: self.started.append(confinement.layers),
            self.lost.append,
            lambda error: self.failed.append(str(error)),
        )


@contextmanager
def running(reports: Reports | None = None, **settings: Any) -> Iterator[Readers]:
    """Readers that are closed afterwards; those of odd_child.py unless `command` is another."""
    readers = Readers(Settings(**{"command": ODD, **settings}), (reports or Reports()).watch())
    try:
        yield readers
    finally:
        readers.close()


def budget(size: int = 0, limits: Limits | None = None) -> Budget:
    return Budget(limits or Limits(), lambda: True, size)


def pieces(
    readers: Readers, content: bytes, within: Budget | None = None, kind: Kind = Kind.ZIP, name: str = "x"
) -> list[Piece]:
    """All pieces of one document."""
    part = Part("2", content, "application/octet-stream", name, attached=True)
    return list(readers.open(kind, part, within or budget(len(content))))


def contents(found: list[Piece]) -> list[str]:
    """Texts, and the reasons for missing content."""
    return [piece.text if isinstance(piece, Text) else str(piece) for piece in found]
