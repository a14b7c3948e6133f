"""Signed and compressed S/MIME, written by OpenSSL (see files/make_signed.sh)."""

import random
import zlib
from pathlib import Path

import pytest
from holdback.documents.budget import Budget
from holdback.documents.confined.cms import open_signed
from holdback.documents.document import Piece
from holdback.mail import Limits, Part
from rig.opening import opened, people_in, unreadable_in, words_in
from rig.people import people

FILES = Path(__file__).with_name("files")
LIST = "\n".join(";".join(one.row) for one in people(25, "pl")).encode()
COMPRESSED, DATA = "2a864886f70d0109100109", "2a864886f70d010701"


def element(tag: int, *contents: bytes) -> bytes:
    """One element in DER (X.690)."""
    content = b"".join(contents)
    size = len(content).to_bytes(4, "big")
    return bytes([tag, 0x84]) + size + content


def compressed(content: bytes) -> bytes:
    """CMS compressed data (RFC 3274)."""
    inside = element(0x30, element(6, bytes.fromhex(DATA)), element(0xA0, element(4, zlib.compress(content))))
    data = element(0x30, element(2, b"\0"), element(0x30, element(6, b"\x2a")), inside)
    return element(0x30, element(6, bytes.fromhex(COMPRESSED)), element(0xA0, data))


def pieces(content: bytes, limits: Limits | None = None) -> list[Piece]:
    """The pieces of the opener, whatever kind was detected."""
    part = Part("2", content, name="list.csv.p7m")
    return list(open_signed(part, Budget(limits or Limits(), lambda: True)))


@pytest.mark.parametrize(
    ("name", "count", "why"),
    [
        ("signed.p7m", 25, set()),
        ("signed-stream.p7m", 25, set()),
        ("signed-list.p7m", 25, set()),
        ("signed-twice.p7m", 25, set()),
        ("detached.p7s", 0, set()),
        ("sealed.p7m", 0, {"encrypted"}),
        ("signed-sealed.p7m", 0, {"encrypted"}),
    ],
)
def test_files(name: str, count: int, why: set[str]) -> None:
    """Signed content is read, mail or file; encrypted content is reported as encrypted."""
    content = (FILES / name).read_bytes()
    assert (count, why) == (people_in(content), unreadable_in(content))


def test_certificates_are_not_read() -> None:
    """Names in certificates are not read as content."""
    assert "cert@noise.example" not in words_in(opened((FILES / "signed.p7m").read_bytes()))


def test_name_of_a_signed_file() -> None:
    """The content's name is that of the file without .p7m."""
    documents = opened((FILES / "signed-list.p7m").read_bytes(), "list.csv.p7m")
    assert [document.name for document in documents] == ["list.csv.p7m", "list.csv"]


@pytest.mark.parametrize(("name", "size"), [("signed-list.p7m", 400), ("signed-stream.p7m", 2500)])
def test_cut_off(name: str, size: int) -> None:
    """A truncated file is read up to the cut and reported as broken."""
    *parts, why = pieces((FILES / name).read_bytes()[:size])
    assert (any(isinstance(part, Part) and part.content for part in parts), why) == (True, "broken")


@pytest.mark.parametrize("name", ["signed.p7m", "signed-stream.p7m"])
def test_noise(name: str) -> None:
    """Whatever bytes are changed, at most one reason is added."""
    chance = random.Random(name)
    whole = (FILES / name).read_bytes()
    for _ in range(200):
        content = bytearray(whole)
        for _ in range(chance.choice((1, 5, 100))):
            content[chance.randrange(15, 200)] = chance.randrange(256)
        assert unreadable_in(bytes(content)) <= {"broken", "encrypted", "unsupported"}


@pytest.mark.parametrize(
    "deep", [b"\x30\x80" * 200_000, b"\x24\x80" * 200_000], ids=["structures", "pieces of octets"]
)
def test_endless_nesting(deep: bytes) -> None:
    """Deep nesting without ends is read in linear time, without recursion."""
    content = (FILES / "signed-stream.p7m").read_bytes()
    for place in (19, 60):
        assert unreadable_in(content[:place] + deep) <= {"broken"}


def test_compressed() -> None:
    """Compressed content is unpacked, a bomb up to the limit."""
    assert [piece.content for piece in pieces(compressed(LIST)) if isinstance(piece, Part)] == [LIST]
    assert pieces(compressed(bytes(30_000_000)), Limits(bytes=1_000_000))[-1] == "over_limit"


def test_content_without_its_end_mark_is_broken() -> None:
    """Content of indefinite length, cut between two pieces, is read and reported as broken."""
    piece = element(4, b"name,mail\nAnn Smith,ann@shop.example\n")
    content = bytes.fromhex("3080" + "0609" + DATA + "a0802480") + piece
    data = element(2, b"\1") + element(0x31) + content
    signed = bytes.fromhex("3080" + "06092a864886f70d010702" + "a0803080") + data
    assert {"broken"} == unreadable_in(signed)
    assert "ann@shop.example" in words_in(opened(signed))
    assert set() == unreadable_in(signed + bytes(16))
