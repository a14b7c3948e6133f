"""A compromised reader: the daemon accepts only valid frames within the limits, or ends the reader."""

import struct
import sys
from collections.abc import Callable
from typing import Any

import pytest
from holdback.documents import Budget, NoReader, OutOfTime, open_parts
from holdback.documents.fault import Fault
from holdback.documents.kind import Kind
from holdback.mail import Limits, Part
from holdback.reader.wire import Tag
from reader.reading import PARROT, Reports, budget, pieces, running
from reader.test_wire import sent

pytestmark = pytest.mark.slow

END: dict[str, Any] = {"bytes_left": 1, "cells_left": 1, "pages_left": 1, "needs_recycling": False}
TABLE: dict[str, Any] = {
    "bytes": 1, "where": "", "header": [], "first": 0, "delimiter": ",", "width": 2, "quotes": False,
}  # fmt: skip
FINE = sent(Tag.END, END)
WORD = sent(Tag.UNREADABLE, {"why": "encrypted"})


def of_size(tag: bytes, size: int, head: bytes = b'{"bytes": 1, "where": ""}') -> bytes:
    """The start of a frame that announces a body of this size."""
    return struct.pack("!cIQ", tag, len(head), size) + head


MALFORMED = {
    "noise": bytes(range(256)),
    "another protocol": b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello world",
    "a question": sent(Tag.DOCUMENT, {}),
    "another hello": sent(Tag.HELLO, {}),
    "an invented word": sent(Tag.UNREADABLE, {"why": "harmless"}),
    "no word": sent(Tag.UNREADABLE, {}),
    "a fault as a word": sent(Tag.UNREADABLE, {"why": "fault"}),
    "a fault without its place": sent(Tag.FAULT, {"error": "KeyError"}),
    "a fault that tells more": sent(Tag.FAULT, {"error": "KeyError: ann@x.example", "place": "xlsx.py:1"}),
    "a fault at an invented place": sent(Tag.FAULT, {"error": "KeyError", "place": "Ann Smith:1"}),
    "a fault of a long name": sent(Tag.FAULT, {"error": "E" * 100, "place": "xlsx.py:1"}),
    "a word with a body": sent(Tag.UNREADABLE, {"why": 1}, b"x"),
    "more than there is room for": of_size(b"T", 1 << 40),
    "a member too large": of_size(b"M", 1 << 62, b'{"name": "a", "declared": "", "charset": ""}'),
    "half a character": sent(Tag.TEXT, {"bytes": 2, "where": ""}, b"odd"),
    "no width": sent(Tag.TEXT, {"where": ""}, b"text"),
    "a member without a name": sent(Tag.MEMBER, {"name": None, "declared": "", "charset": ""}, b"x"),
    "a delimiter of two signs": sent(Tag.TABLE, {**TABLE, "delimiter": ",,"}),
    "a line break between cells": sent(Tag.TABLE, {**TABLE, "delimiter": "\n"}),
    "a negative width": sent(Tag.TABLE, {**TABLE, "width": -1}),
    "a row number in words": sent(Tag.TABLE, {**TABLE, "first": "one"}),
    "a header that is no list": sent(Tag.TABLE, {**TABLE, "header": {"name": 1}}),
    "an end that gives back": sent(Tag.END, {**END, "bytes_left": -5}),
    "an end with half of it": sent(Tag.END, {"bytes_left": 1}),
    "a head that never ends": struct.pack("!cIQ", b"T", (1 << 32) - 1, 0),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_answer_ends_the_reader(name: str) -> None:
    """Pieces before it are kept, the document is broken, another reader reads the next one."""
    reports = Reports()
    with running(reports, command=PARROT) as readers:
        assert pieces(readers, b"once|" + WORD + MALFORMED[name]) == ["encrypted", "broken"]
        assert pieces(readers, b"once|" + WORD + FINE) == ["encrypted"]
    assert (reports.lost, len(reports.started)) == (["malformed answer"], 2)


@pytest.mark.parametrize(
    ("frame", "kept"),
    [(sent(Tag.UNREADABLE, {"why": "broken"}), 21_000), (sent(Tag.TEXT, {"bytes": 1, "where": ""}), 21_000)],
)
def test_an_answer_without_end_is_cut(frame: bytes, kept: int) -> None:
    """The number of pieces is limited; then the reader is ended."""
    reports = Reports()
    with running(reports, command=PARROT) as readers:
        found = pieces(readers, b"for ever|" + frame, budget(limits=Limits(entries=998)))
    assert (len(found), reports.lost) == (kept + 1, ["malformed answer"])


def test_output_between_documents_is_discarded() -> None:
    """Output after the end frame ends the reader; another one reads the next document."""
    reports = Reports()
    with running(reports, command=PARROT) as readers:
        assert pieces(readers, b"once|" + WORD + FINE + WORD + FINE) == ["encrypted"]
        assert pieces(readers, b"once|" + FINE) == []
    assert (reports.lost, len(reports.started)) == (["gone"], 2)


def test_headers_are_limited() -> None:
    """The bytes of column names in one answer are limited."""
    reports, frame = Reports(), sent(Tag.TABLE, {**TABLE, "header": ["a" * 1000] * 1000})
    with running(reports, command=PARROT) as readers:
        found = pieces(readers, b"for ever|" + frame)
    assert (len(found), found[-1], reports.lost) == (34, "broken", ["malformed answer"])


def test_members_count_against_the_room() -> None:
    """Members are limited by the room for content, which open_parts subtracts."""
    frame = sent(Tag.MEMBER, {"name": "a", "declared": "", "charset": ""}, bytes(1000))
    with running(command=PARROT) as readers:
        within, taken = budget(), 0
        for piece in readers.open(Kind.ZIP, Part("1", b"for ever|" + frame), within):
            taken += isinstance(piece, Part) and within.keep(len(piece.content))
    assert budget().room // 1000 == taken


def test_only_one_fault_of_a_document_counts() -> None:
    """Of many fault frames of one document only one is used, so the log is not flooded."""
    frames = b"".join(sent(Tag.FAULT, {"error": "KeyError", "place": f"a.py:{n}"}) for n in range(1000))
    part = Part("1", b"PK\3\4once|" + frames + FINE)
    with running(command=PARROT) as readers:
        (document,) = open_parts((part,), budget(), readers.open)
    assert (document.fault, document.unreadable) == (Fault("KeyError", "a.py:0"), ("fault",))


@pytest.mark.parametrize("how", [b"never|", b"once|", b"once|" + of_size(b"T", 1000) + b"half"])
def test_silence_ends_the_inspection(how: bytes) -> None:
    """A reader that sends nothing, or stops within a frame, is ended: nobody knows what it has not read."""
    reports = Reports()
    with running(reports, command=PARROT) as readers, pytest.raises(NoReader):
        pieces(readers, how)
    assert reports.lost == ["hangs"]


def test_a_closed_connection_ends_the_reader() -> None:
    """A closed connection ends the reading, even if the process goes on."""
    reports = Reports()
    with running(reports, command=PARROT) as readers:
        assert pieces(readers, b"last|" + WORD) == ["encrypted", "broken"]
    assert reports.lost == ["hung up"]


def test_an_end_cannot_give_back() -> None:
    """The end frame cannot increase what is left of the budget."""
    generous = sent(Tag.END, {**END, "bytes_left": 1 << 60, "cells_left": 3, "pages_left": 1 << 62})
    within = budget(limits=Limits(bytes=100, cells=50, pages=7))
    with running(command=PARROT) as readers:
        assert pieces(readers, b"once|" + generous, within) == []
    assert (within.bytes_left, within.cells_left, within.pages_left) == (100, 3, 7)


def test_names_and_places_are_cleaned() -> None:
    """Names and places shown to operators have no control characters and a limited length."""
    member = sent(
        Tag.MEMBER, {"name": "a\x1b[31m\n" + "b" * 900, "declared": "TEXT/\nX", "charset": "\0"}, b"x"
    )
    text = sent(Tag.TEXT, {"bytes": 1, "where": "page\n1\x1b" + "c" * 900}, b"x")
    with running(command=PARROT) as readers:
        part, page = pieces(readers, b"once|" + member + text + FINE)
    assert isinstance(part, Part)
    assert part.path == "2!" + part.name
    assert (part.name.isprintable(), len(part.name), part.declared, part.charset) == (
        True,
        200,
        "text/ x",
        "",
    )
    assert (page.where.isprintable(), len(page.where)) == (True, 200)


@pytest.mark.parametrize(
    "program",
    [
        "pass",
        "import sys; sys.exit(3)",
        "import os; os.write(0, bytes(1000))",
        "import os; os.write(0, b'HTTP/1.1 200 OK')",
        "import os; os.abort()",
        "raise ImportError",
    ],
)
def test_a_reader_that_cannot_start(program: str) -> None:
    """NoReader is raised with the reason, and the next document tries again."""
    reports = Reports()
    with running(reports, command=(sys.executable, "-c", program)) as readers:
        for _ in range(2):
            with pytest.raises(NoReader):
                pieces(readers, b"x")
    assert (len(reports.failed), reports.started, reports.lost) == (2, [], [])


def test_a_program_that_does_not_exist() -> None:
    """NoReader is raised if the program does not exist."""
    reports = Reports()
    with running(reports, command=("/does/not/exist",)) as readers:
        with pytest.raises(NoReader):
            pieces(readers, b"x")
        assert readers.begin() is None
    assert reports.failed == ["FileNotFoundError: [Errno 2] No such file or directory: '/does/not/exist'"] * 2


def heartbeats(number: int) -> Callable[[], bool]:
    left = iter(range(number))
    return lambda: next(left, None) is not None


@pytest.mark.parametrize("how", [b"never|", b"for ever|" + sent(Tag.TEXT, {"bytes": 1, "where": ""})])
def test_the_inspection_may_end_before_the_reader(how: bytes) -> None:
    """OutOfTime is passed on and ends the reader."""
    reports = Reports()
    with running(reports, command=PARROT) as readers:
        readers.begin()
        with pytest.raises(OutOfTime):
            list(readers.open(Kind.ZIP, Part("1", how), Budget(Limits(), heartbeats(9))))
        assert pieces(readers, b"once|" + FINE) == []
    assert reports.lost == ["given up"]
