"""Readers for tests: real ones, odd ones that do what a document says, and one that has been taken over."""

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


class Told:
    """What readers said about themselves."""

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
def running(told: Told | None = None, **settings: Any) -> Iterator[Readers]:
    """Readers that are gone afterwards; odd ones unless `command` says otherwise."""
    readers = Readers(Settings(**{"command": ODD, **settings}), (told or Told()).watch())
    try:
        yield readers
    finally:
        readers.close()


def budget(size: int = 0, limits: Limits | None = None) -> Budget:
    return Budget(limits or Limits(), lambda: True, size)


def pieces(
    readers: Readers, content: bytes, within: Budget | None = None, kind: Kind = Kind.ZIP, name: str = "x"
) -> list[Piece]:
    """All that one document gives."""
    part = Part("2", content, "application/octet-stream", name, attached=True)
    return list(readers.open(kind, part, within or budget(len(content))))


def said(found: list[Piece]) -> list[str]:
    """Texts, and words for what is missing."""
    return [piece.text if isinstance(piece, Text) else str(piece) for piece in found]
