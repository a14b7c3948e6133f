"""Word 97 and PowerPoint 97 files, written by LibreOffice (see files/make_old_office.py)."""

import random
import struct
from pathlib import Path

import olefile
import pytest
from rig.files.compound import compound
from rig.opening import opened, people_in, unreadable_in, words_in

FILES = Path(__file__).with_name("files")


def streams(name: str) -> dict[str, bytes]:
    with olefile.OleFileIO(FILES / name) as file:
        return {path[0]: file.openstream(path).read() for path in file.listdir() if len(path) == 1}


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("customers-de.doc", 22),
        ("customers-ru.doc", 22),
        ("customers-ja.doc", 22),
        ("customers-fr.ppt", 22),
        ("parts.doc", 0),
        ("parts.ppt", 0),
    ],
)
def test_tables_keep_their_rows(name: str, count: int) -> None:
    """Each row of a table of customers is a person; a price list has no people."""
    content = (FILES / name).read_bytes()
    assert (count, set()) == (people_in(content), unreadable_in(content))


@pytest.mark.parametrize(
    "place", ["link", "deletion", "note", "comment", "box", "header", "meta"], ids=lambda place: f"in {place}"
)
def test_corners_of_a_document(place: str) -> None:
    """Addresses are found in every part of a document."""
    assert f"in.{place}@corner.example" in words_in(opened((FILES / "corners.doc").read_bytes()))


def test_notes_of_a_presentation() -> None:
    """Speaker notes are read."""
    assert "in.notes@corner.example" in words_in(opened((FILES / "parts.ppt").read_bytes()))


def with_flags(content: bytes, flags: int) -> bytes:
    return content[:10] + struct.pack("<H", struct.unpack_from("<H", content, 10)[0] | flags) + content[12:]


def test_encrypted_document() -> None:
    """A document encrypted with a password is recognised by its FIB."""
    parts = streams("parts.doc")
    parts["WordDocument"] = with_flags(parts["WordDocument"], 0x0100)
    assert {"encrypted"} == unreadable_in(compound(parts))


def test_encrypted_presentation() -> None:
    """An encrypted presentation is recognised by the stream Current User or a record."""
    parts = streams("parts.ppt")
    user = parts["Current User"]
    sealed = {**parts, "Current User": user[:12] + bytes.fromhex("dfc4d1f3") + user[16:]}
    assert {"encrypted"} == unreadable_in(compound(sealed))
    within = struct.pack("<HHI", 0xF, 0x2F14, 0) + parts["PowerPoint Document"]
    assert {"encrypted"} == unreadable_in(compound({"PowerPoint Document": within}))


def test_without_the_table_of_pieces() -> None:
    """Without a piece table all readable text is read."""
    parts = streams("customers-ru.doc")
    del parts["1Table"]
    content = compound(parts)
    assert "ru.kunde7@customers7.example" in words_in(opened(content))
    assert {"broken"} == unreadable_in(content)


def test_without_the_marks_of_rows() -> None:
    """Without paragraph properties two bell characters end a row."""
    parts = streams("customers-de.doc")
    word = parts["WordDocument"]
    parts["WordDocument"] = word[:0x106] + bytes(4) + word[0x10A:]
    assert people_in(compound(parts)) == 22


def test_letters_beyond_the_first_plane() -> None:
    """Rows after an emoji, which counts as two characters in Word, are still correct."""
    parts = streams("customers-ru.doc")
    title = "Kunden".encode("utf-16-le")
    assert title in parts["WordDocument"]
    parts["WordDocument"] = parts["WordDocument"].replace(title, "😀 😀n".encode("utf-16-le"))
    content = compound(parts)
    assert people_in(content) == 22
    assert "😀 😀n" in words_in(opened(content))


def test_before_word_97() -> None:
    """The text of Word 6 and 95 documents is read."""
    rows = "".join(f"{name}\x07{name}.smith@customer.example\x07\x07" for name in ("Ann", "Bob", "Zoe"))
    text = f"Kunden\r{rows}".encode("cp1252")
    head = struct.pack("<HH", 0xA5DC, 0x65).ljust(0x18, b"\0") + struct.pack("<II", 0x200, 0x200 + len(text))
    words = words_in(opened(compound({"WordDocument": head.ljust(0x200, b"\0") + text})))
    assert "Ann Ann.smith@customer.example\nBob Bob.smith@customer.example" in words


def document(text: bytes, places: list[int], size: int) -> bytes:
    """A document with pieces of this size at these offsets of its text."""
    ends = struct.pack(f"<{len(places) + 1}I", *range(0, size * (len(places) + 1), size))
    table = ends + b"".join(struct.pack("<HIH", 0, 0x40000000 | 2 * (0x400 + at), 0) for at in places)
    table = b"\x02" + struct.pack("<I", len(table)) + table
    word = bytearray(0x400)
    word[:12] = struct.pack("<HH6xH", 0xA5EC, 0xC1, 0x0200)
    word[0x4C:0x50] = struct.pack("<I", size * len(places))
    word[0x1A6:0x1AA] = struct.pack("<I", len(table))
    return compound({"WordDocument": bytes(word) + text, "1Table": table})


def test_text_in_pieces() -> None:
    """A document after a fast save, with its pieces in any order."""
    assert "info@hidden.example." in words_in(opened(document(b"den.example.info@hid", [12, 0, 8], 8)))


@pytest.mark.parametrize(
    "content",
    [
        document(b"info@hidden.example\r" * 1000, [0] * 5000, 20_000),
        document(b"info@hidden.example\r" + b"\x07" * 300_000, [0], 300_000),
        document(b"info@hidden.example\r" + b"\x13aaa" * 100_000, [0], 300_000),
        document(b"info@hidden.example\r" + b"\x13" + b"a" * 300_000 + b"\x14\x15", [0], 300_000),
    ],
    ids=["the same piece again", "bells", "fields without end", "a field without end"],
)
def test_overlapping_pieces(content: bytes) -> None:
    """Repeated pieces and properties are bounded by the file's size."""
    assert "info@hidden.example" in words_in(opened(content))


def presentation(*records: tuple[int, bytes]) -> bytes:
    packed = b"".join(struct.pack("<HHI", 0, kind, len(data)) + data for kind, data in records)
    return compound({"PowerPoint Document": packed})


@pytest.mark.parametrize(
    "content",
    [
        presentation((0x0FA8, b"info@hidden.example")),
        presentation((0x0FA0, "info@hidden.example".encode("utf-16-le"))),
        presentation((0x0FBA, "info@hidden.example".encode("utf-16-le"))),
        presentation((0, b""), (0, b""), (0x0FA8, b"info@hidden.example")),
        presentation((0x1011, b"info@hidden.example")),
    ],
)
def test_records_of_a_presentation(content: bytes) -> None:
    """Text in both encodings, strings, text after a gap, embedded files."""
    assert "info@hidden.example" in words_in(opened(content))
    assert set() == unreadable_in(content)


def test_record_that_runs_past_the_end() -> None:
    """After a record that is cut off, the rest is searched for readable text."""
    broken = struct.pack("<HHI", 0, 0x0FA8, 1 << 30) + b"info@hidden.example"
    content = compound({"PowerPoint Document": broken})
    assert "info@hidden.example" in words_in(opened(content))
    assert {"broken"} == unreadable_in(content)


@pytest.mark.parametrize("name", ["customers-de.doc", "customers-ja.doc", "corners.doc", "customers-fr.ppt"])
def test_noise(name: str) -> None:
    """Whatever bytes are changed, at most one reason is added."""
    chance = random.Random(name)
    parts = streams(name)
    for _ in range(60):
        stream = chance.choice(list(parts))
        content = bytearray(parts[stream])
        for _ in range(chance.choice((1, 5, 100))):
            content[chance.randrange(min(len(content), chance.choice((1024, 1 << 20))))] = chance.randrange(
                256
            )
        assert unreadable_in(compound({**parts, stream: bytes(content)})) <= {
            "broken",
            "encrypted",
            "over_limit",
        }
