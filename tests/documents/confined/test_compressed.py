"""Packed single files: one member each, under the name it had, as much of it as is left."""

import bz2
import gzip
import io
import lzma
from collections.abc import Callable
from pathlib import Path

import pytest
from rig.files.archives import customers, prices
from rig.opening import opened, people_in, unreadable_in, words_in

FILES = Path(__file__).parent / "files" / "archives"
LIST = customers(50, "fr")
MANY = customers(5_000)

Packer = Callable[[bytes], bytes]


def lzma_alone(content: bytes) -> bytes:
    return lzma.compress(content, lzma.FORMAT_ALONE)


PACKERS: tuple[Packer, ...] = (gzip.compress, bz2.compress, lzma.compress, lzma_alone)
STREAMED: tuple[Packer, ...] = PACKERS[:3]


@pytest.mark.parametrize("pack", PACKERS)
def test_everybody_is_found(pack: Packer) -> None:
    """And nobody in a price list."""
    assert (people_in(pack(LIST)), unreadable_in(pack(LIST))) == (50, set())
    assert people_in(pack(prices(100))) == 0


@pytest.mark.parametrize("pack", STREAMED)
def test_several_streams_are_one_file(pack: Packer) -> None:
    """As written by parallel packers, and by `cat`; zeros between and behind are padding."""
    data = pack(LIST[:1000]) + pack(b"") + bytes(4) + pack(LIST[1000:]) + bytes(8)
    assert (people_in(data), unreadable_in(data)) == (50, set())
    assert [document.name for document in opened(data)][1:] == ["file.bin"]


@pytest.mark.parametrize("pack", STREAMED)
def test_what_follows_the_streams_is_read_as_well(pack: Packer) -> None:
    """Unpackers warn of it, or do not; a recipient may look."""
    assert people_in(pack(b"hello") + LIST) == 50


@pytest.mark.parametrize(
    "data",
    [
        gzip.compress(MANY),
        bz2.compress(MANY, 1),
        lzma.compress(MANY, preset=0),
        lzma.compress(MANY, lzma.FORMAT_ALONE, preset=0),
    ],
    ids=["gzip", "bzip2", "xz", "lzma"],
)
def test_a_truncated_file_gives_what_came_before(data: bytes) -> None:
    """bzip2 packs 100 kB or more at a time, the others give row by row."""
    assert people_in(data[: len(data) * 4 // 5]) > 3_000
    assert unreadable_in(data[: len(data) * 4 // 5]) == {"broken"}


def test_damage_in_gzip_loses_nothing_before_it() -> None:
    """Down to the byte where the damage begins, in small files too."""
    data = bytearray(gzip.compress(LIST))
    data[-6] ^= 0xFF
    assert (people_in(bytes(data)), unreadable_in(bytes(data))) == (50, {"broken"})


@pytest.mark.parametrize(
    ("name", "inner"),
    [
        ("list.csv.gz", "list.csv"),
        ("all.TGZ", "all.tar"),
        ("all.tbz2", "all.tar"),
        ("gz", "gz"),
        (".gz", "content"),
    ],
)
def test_the_member_is_called_what_its_users_call_it(name: str, inner: str) -> None:
    """Without the ending that says how it is packed."""
    assert [document.name for document in opened(gzip.compress(LIST), name)][1:] == [inner]


def test_gzip_remembers_a_name() -> None:
    """The name before it was packed counts, also as text."""
    buffer = io.BytesIO()
    with gzip.GzipFile("jane@names.example.csv", "wb", fileobj=buffer) as file:
        file.write(LIST)
    assert [document.name for document in opened(buffer.getvalue(), "x.gz")][1:] == ["jane@names.example.csv"]
    assert "jane@names.example.csv" in words_in(opened(buffer.getvalue()))


@pytest.mark.parametrize("ending", ["csv.zst", "csv.lz4", "tar.Z", "tar.lz"])
def test_the_rarer_ones(ending: str) -> None:
    """By zstd, lz4 and bsdtar; half of the file is said to be broken."""
    data = (FILES / f"customers.{ending}").read_bytes()
    assert (people_in(data), unreadable_in(data)) == (40, set())
    assert "broken" in unreadable_in(data[: len(data) // 2])


@pytest.mark.parametrize(
    "magic",
    [b"\x1f\x8b\x08", b"BZh", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd", b"\x5d\0\0", b"\x04\x22\x4d\x18", b"LZIP"],
)
def test_what_only_begins_like_one_is_broken(magic: bytes) -> None:
    """No more than four bytes of it are right."""
    assert unreadable_in(magic + bytes(range(1, 8)) * 50) == {"broken"}
