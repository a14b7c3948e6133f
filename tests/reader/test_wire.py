"""Frames arrive as sent; invalid ones raise Malformed."""

import io
import struct
import tracemalloc

import pytest
from holdback.reader.wire import ConnectionClosed, Frame, Malformed, Tag, Wire, encode_text
from hypothesis import given
from hypothesis import strategies as st

TEXTS = st.text(alphabet=st.characters(exclude_categories=("Cs",)))


def through(data: bytes) -> Wire:
    """The receiving end of a connection with `data` in it."""
    source = io.BytesIO(data)
    return Wire(source.readinto, lambda view: len(view))


def sent(tag: Tag, head: dict[str, object], body: bytes = b"") -> bytes:
    """A sent frame's bytes, in small pieces."""
    line = bytearray()

    def write(view: memoryview) -> int:
        line.extend(view[:70_000])
        return min(70_000, len(view))

    Wire(lambda view: 0, write).send(tag, head, body)
    return bytes(line)


@given(TEXTS, st.binary(max_size=300))
def test_a_frame_arrives_as_it_was_sent(text: str, body: bytes) -> None:
    """Head and body arrive unchanged, whatever their content."""
    wire = through(sent(Tag.MEMBER, {"name": text}, body) + b"rest")
    frame = wire.receive()
    assert (frame.tag, frame.text("name", 10**6), wire.data(frame.size)) == (Tag.MEMBER, text, body)


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_537, 262_143, 262_144, 262_145, 1_000_000])
def test_bodies_of_all_sizes(size: int) -> None:
    """Sizes just below and above every buffer limit."""
    body = bytes(range(256)) * (size // 256 + 1)
    wire = through(sent(Tag.MEMBER, {}, body[:size]))
    assert wire.data(wire.receive().size) == body[:size]


@given(TEXTS)
def test_text_arrives_as_it_was(text: str) -> None:
    """All characters arrive unchanged, except lone surrogates."""
    width, body = encode_text(text)
    assert through(body).characters(len(body), width) == text


@pytest.mark.parametrize(
    ("text", "width"), [("", 1), ("ann", 1), ("ä", 1), ("я", 2), ("aя", 2), ("𝄞", 4), ("яя𝄞", 4)]
)
def test_a_body_is_as_large_as_the_text_in_memory(text: str, width: int) -> None:
    """A body's size is that of the text in memory, so it is known in advance."""
    assert (encode_text(text)[0], len(encode_text(text)[1])) == (width, width * len(text))


def test_half_a_surrogate_pair_becomes_a_question_mark() -> None:
    """Lone surrogates are replaced, as they cannot be encoded."""
    assert encode_text("a\ud800b") == (2, "a?b".encode("utf-16-le"))


@pytest.mark.parametrize(("size", "width"), [(3, 2), (6, 4), (4, 3), (4, 0)])
def test_text_that_does_not_fit_its_width(size: int, width: int) -> None:
    """Text of a wrong width is Malformed."""
    with pytest.raises(Malformed):
        through(b"abcdefgh").characters(size, width)


def test_a_large_body_is_in_memory_once() -> None:
    """Receiving makes no second copy of a body."""
    size = 16 << 20
    wire = Wire(lambda view: len(view), lambda view: len(view))
    for take in (wire.data, lambda size: wire.characters(size, 1)):
        tracemalloc.start()
        assert len(take(size)) == size
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < size * 1.3


def start(tag: bytes, head: bytes, size: int = 0, length: int | None = None) -> bytes:
    return struct.pack("!cIQ", tag, len(head) if length is None else length, size) + head


@pytest.mark.parametrize(
    "data",
    [
        start(b"?", b"{}"),
        start(b"T", b"{"),
        start(b"T", b"[]"),
        start(b"T", b"\xff\xfe"),
        start(b"T", b"[" * 100_000),
        start(b"T", b'{"a": ' + b"9" * 10_000 + b"}"),
        start(b"T", b"", length=0),
        start(b"T", b"", length=(1 << 20) + 1),
        start(b"T", b"", length=(1 << 32) - 1),
    ],
)
def test_what_is_not_a_frame(data: bytes) -> None:
    """Invalid frames raise Malformed, and an announced body is not read."""
    with pytest.raises(Malformed):
        through(data).receive()


@pytest.mark.parametrize("data", [b"", b"T", start(b"T", b"{}")[:-1], start(b"T", b"{}", length=3)])
def test_a_line_that_ends_too_early(data: bytes) -> None:
    """A connection closed within a frame raises an error."""
    with pytest.raises(ConnectionClosed):
        through(data).receive()


@pytest.mark.parametrize("value", [None, True, 1.0, "1", -1, 1 << 63, [1], {}])
def test_what_is_not_a_count(value: object) -> None:
    """Booleans are not accepted as numbers."""
    with pytest.raises(Malformed):
        Frame(Tag.END, {"n": value}, 0).number("n")


@pytest.mark.parametrize("value", [None, True, 1, ["a"], {}])
def test_what_is_not_text(value: object) -> None:
    """Only strings, or lists of strings, are accepted as text."""
    frame = Frame(Tag.END, {"t": value}, 0)
    with pytest.raises(Malformed):
        frame.text("t")
    if value != ["a"]:
        with pytest.raises(Malformed):
            frame.texts("t")


def test_half_a_surrogate_pair_in_a_head() -> None:
    """Lone surrogates in JSON escapes are replaced."""
    frame = through(sent(Tag.TEXT, {"t": "a\ud800", "l": ["\udfff"]})).receive()
    assert (frame.text("t"), frame.texts("l")) == ("a?", ("?",))


def test_texts_are_cut() -> None:
    """Texts are cut to the length of their field."""
    frame = Frame(Tag.END, {"t": "a" * 300, "l": ["b" * 300]}, 0)
    assert (len(frame.text("t")), len(frame.texts("l", 5)[0])) == (200, 5)
