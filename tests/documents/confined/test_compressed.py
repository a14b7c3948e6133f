"""Compressed single files: one member each, under its original name, as far as it can be read."""

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
def test_all_people_are_found(pack: Packer) -> None:
    """All people in a list are found, and none in a price list."""
    assert (people_in(pack(LIST)), unreadable_in(pack(LIST))) == (50, set())
    assert people_in(pack(prices(100))) == 0


@pytest.mark.parametrize("pack", STREAMED)
def test_several_streams_are_one_file(pack: Packer) -> None:
    """Several streams, as by parallel compressors or `cat`, are one file; zeros are padding."""
    data = pack(LIST[:1000]) + pack(b"") + bytes(4) + pack(LIST[1000:]) + bytes(8)
    assert (people_in(data), unreadable_in(data)) == (50, set())
    assert [document.name for document in opened(data)][1:] == ["file.bin"]


@pytest.mark.parametrize("pack", STREAMED)
def test_trailing_data_is_read(pack: Packer) -> None:
    """Data after the last stream is read, too."""
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
def test_a_truncated_file_is_read_up_to_the_cut(data: bytes) -> None:
    """Rows before the cut are read; bzip2 has blocks of 100 kB or more."""
    assert people_in(data[: len(data) * 4 // 5]) > 3_000
    assert unreadable_in(data[: len(data) * 4 // 5]) == {"broken"}


def test_damage_in_gzip_loses_nothing_before_it() -> None:
    """Every byte before the damage is read, in small files, too."""
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
def test_name_of_the_member(name: str, inner: str) -> None:
    """The member's name is the file name without the extension of the compression."""
    assert [document.name for document in opened(gzip.compress(LIST), name)][1:] == [inner]


def test_name_in_the_gzip_header() -> None:
    """The original name in the gzip header is used, and is text."""
    buffer = io.BytesIO()
    with gzip.GzipFile("jane@names.example.csv", "wb", fileobj=buffer) as file:
        file.write(LIST)
    assert [document.name for document in opened(buffer.getvalue(), "x.gz")][1:] == ["jane@names.example.csv"]
    assert "jane@names.example.csv" in words_in(opened(buffer.getvalue()))


@pytest.mark.parametrize("ending", ["csv.zst", "csv.lz4", "tar.Z", "tar.lz"])
def test_rarer_formats(ending: str) -> None:
    """Files by zstd, lz4 and bsdtar are read; half of a file is reported as broken."""
    data = (FILES / f"customers.{ending}").read_bytes()
    assert (people_in(data), unreadable_in(data)) == (40, set())
    assert "broken" in unreadable_in(data[: len(data) // 2])


@pytest.mark.parametrize(
    "magic",
    [b"\x1f\x8b\x08", b"BZh", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd", b"\x5d\0\0", b"\x04\x22\x4d\x18", b"LZIP"],
)
def test_a_signature_alone_is_broken(magic: bytes) -> None:
    """Noise after the signature of a format is broken."""
    assert unreadable_in(magic + bytes(range(1, 8)) * 50) == {"broken"}
