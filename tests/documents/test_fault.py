"""An exception of a library means damaged bytes; any other one is a mistake in an opener."""

import csv
import lzma
import re
import sqlite3
import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.parsers import expat

import pytest
from holdback.documents import Budget, Document, OutOfTime, Text, Unreadable, open_parts
from holdback.documents import openers as plain
from holdback.documents.confined import openers as confined
from holdback.documents.confined.archives.unpack import unpacked
from holdback.documents.confined.pdf import document as pdf
from holdback.documents.confined.sheets import xml_text
from holdback.documents.document import Piece, Unread
from holdback.documents.fault import Fault, fault_of
from holdback.documents.kind import Kind
from holdback.mail import Limits, Part
from holdback.reader.specimens import ADDRESS, SPECIMENS

SECRET = "ann@secret.example"
PDF, TEXT = Part("2", SPECIMENS["PDF"][1], name="a.pdf"), Part("1", b"Hello")
MISTAKES: list[Exception] = [
    KeyError(SECRET),
    IndexError(SECRET),
    TypeError(SECRET),
    AttributeError(SECRET),
    AssertionError(SECRET),
    ValueError(SECRET),
    RuntimeError(SECRET),
    OSError(SECRET),
    EOFError(SECRET),
    ZeroDivisionError(SECRET),
    UnicodeDecodeError("utf-8", SECRET.encode(), 0, 1, SECRET),
    struct.error(SECRET),
]
DAMAGE: list[Exception] = [
    Unread(Unreadable.BROKEN),
    zlib.error(SECRET),
    lzma.LZMAError(SECRET),
    sqlite3.DatabaseError(SECRET),
    expat.ExpatError(SECRET),
    csv.Error(SECRET),
]


def opened(*parts: Part) -> tuple[Document, ...]:
    return open_parts(parts, Budget(Limits(), lambda: True), confined.open_confined)


def failing(error: BaseException) -> Iterator[Piece]:
    """An opener that raises `error` after its first text."""
    yield Text("before")
    raise error


def outcome(document: Document) -> tuple[list[str], list[str], str]:
    """Texts, reasons, and the type of the fault."""
    fault = document.fault.error if document.fault else ""
    return [text.text for text in document.texts], list(map(str, document.unreadable)), fault


def name(error: Exception) -> str:
    return type(error).__name__


@pytest.mark.parametrize("error", DAMAGE, ids=name)
def test_an_exception_of_a_library_is_damage(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """Also where an opener has not caught it itself."""
    monkeypatch.setitem(confined.OPENERS, Kind.PDF, lambda part, budget: failing(error))
    assert outcome(opened(PDF)[0]) == (["before"], ["broken"], "")


@pytest.mark.parametrize("error", [MemoryError(), RecursionError()], ids=name)
def test_too_much_is_over_the_limit(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """The confined reader has a limit of memory, and documents nest."""
    monkeypatch.setitem(confined.OPENERS, Kind.PDF, lambda part, budget: failing(error))
    assert outcome(opened(PDF)[0]) == (["before"], ["over_limit"], "")


@pytest.mark.parametrize("error", MISTAKES, ids=name)
def test_any_other_exception_is_a_fault(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """The text before it counts, the documents after it are read, and its own text goes nowhere."""
    monkeypatch.setitem(confined.OPENERS, Kind.PDF, lambda part, budget: failing(error))
    faulty, other = opened(PDF, TEXT)
    expected = "struct.error" if isinstance(error, struct.error) else type(error).__name__
    assert outcome(faulty) == (["before"], ["fault"], expected)
    assert outcome(other) == (["Hello"], [], "")
    assert SECRET not in repr(faulty)


@pytest.mark.parametrize("error", [*MISTAKES, RecursionError(SECRET), zlib.error(SECRET)], ids=name)
def test_so_it_is_in_the_worker(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """Openers that run there call no library that parses: what they do not catch is a mistake."""
    monkeypatch.setitem(plain.OPENERS, Kind.TEXT, lambda part, budget: failing(error))
    faulty, other = opened(TEXT, PDF)
    assert outcome(faulty)[:2] == (["before"], ["fault"])
    assert ADDRESS in outcome(other)[0][0]


@pytest.mark.parametrize("error", [OutOfTime(), MemoryError()], ids=name)
def test_what_is_no_documents_business_passes(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """The time of the message is over, or the worker itself has no memory: `on_error` decides."""
    monkeypatch.setitem(plain.OPENERS, Kind.TEXT, lambda part, budget: failing(error))
    with pytest.raises(type(error)):
        opened(TEXT)


def test_a_fault_names_the_innermost_place_in_our_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not the boundary that caught it, and not a file of a library."""

    def fail(*words: object) -> Iterator[Piece]:
        raise KeyError(SECRET)

    monkeypatch.setattr(pdf, "notes", fail)
    (document,) = opened(PDF)
    assert ADDRESS in document.texts[0].text
    assert document.fault and document.fault.error == "KeyError"
    file, _, line = document.fault.place.partition(":")
    source = Path(str(pdf.__file__))
    assert (file, "notes(" in source.read_text().splitlines()[int(line) - 1]) == (source.name, True)
    assert str(document.fault) == f"KeyError at {document.fault.place}"


def test_an_exception_in_its_own_module() -> None:
    """`error` alone says nothing: its module comes with it."""
    fault = raised_in_the_package(lambda: struct.unpack("<L", b""))
    assert (fault.error, bool(re.fullmatch(r"unpack\.py:\d+", fault.place))) == ("struct.error", True)


def raised_in_the_package(fail: Callable[[], bytes]) -> Fault:
    """The fault of an exception that `fail` raises when our code calls it."""

    class Broken:
        eof, needs_input, unused_data = False, True, b""

        def decompress(self, data: bytes, size: int) -> bytes:
            return fail()

    try:
        list(unpacked(Broken(), memoryview(b"x"), Budget(Limits(), lambda: True)))
    except Exception as error:
        return fault_of(error)
    raise AssertionError("nothing was raised")


@pytest.mark.parametrize("content", [b"<a>b</a>", b"<a><?x y?></a>"])
@pytest.mark.parametrize("error", [KeyError(SECRET), ValueError(SECRET), OSError(SECRET)], ids=name)
def test_a_mistake_in_a_callback_of_the_parser_is_not_damage(
    monkeypatch: pytest.MonkeyPatch, error: Exception, content: bytes
) -> None:
    """Codecs raise the same exceptions about the declared encoding; those are damage."""

    def fail(name: str) -> str:
        raise error

    budget = Budget(Limits(), lambda: True)
    for encoding in ("no-such", "utf-7", "punycode"):
        with pytest.raises(Unread):
            list(xml_text.text_of(f'<?xml version="1.0" encoding="{encoding}"?><a>é</a>'.encode(), budget))
    monkeypatch.setattr(xml_text, "local", fail)
    with pytest.raises(type(error)):
        list(xml_text.text_of(content, budget))
