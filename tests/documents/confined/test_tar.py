"""Tar archives: all variants, also damaged ones."""

import gzip
import io
import tarfile
from pathlib import Path

import pytest
from holdback.mail import Limits
from rig.files.archives import customers, prices, tarred
from rig.opening import opened, people_in, unreadable_in, words_in

FILES = Path(__file__).parent / "files" / "archives"
LIST = customers(50, "pl")
FORMATS = (tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT)
LONG = "/".join(["folder" * 8] * 3) + "/klienci@names.example.csv"


def v7(data: bytes) -> bytes:
    """The archive without the magic of newer variants."""
    head = bytearray(data[:512])
    head[257:265] = bytes(8)
    head[148:156] = b" " * 8
    head[148:155] = b"%06o\0" % sum(head)
    return bytes(head) + data[512:]


@pytest.mark.parametrize("dialect", FORMATS)
def test_all_people_are_found_and_long_names_are_complete(dialect: int) -> None:
    """Names over 100 bytes, which each variant writes differently, are complete."""
    data = tarred(("Żółć/klienci.csv", LIST), (LONG, prices(20)), ("empty@x.example", b""), dialect=dialect)
    assert (people_in(data), unreadable_in(data)) == (50, set())
    assert words_in(opened(data)).startswith(f"Żółć/klienci.csv\n{LONG}\nempty@x.example")
    assert [document.name for document in opened(data)][1:] == ["Żółć/klienci.csv", LONG]


def test_v7() -> None:
    """A v7 archive is recognised by its checksum only."""
    assert (people_in(v7(tarred(("list.csv", LIST)))), people_in(v7(tarred(("p.csv", prices(50)))))) == (
        50,
        0,
    )


@pytest.mark.parametrize("name", ["customers.ustar", "customers.pax", "customers.gnutar"])
def test_archives_by_bsdtar(name: str) -> None:
    """The same variants, written by bsdtar."""
    data = (FILES / name).read_bytes()
    assert (people_in(data), unreadable_in(data)) == (40, set())
    assert "Kunden März.csv" in words_in(opened(data))


def test_links_and_folders_are_names() -> None:
    """The declared size of a link or folder does not hide the next member."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE):
            info = tarfile.TarInfo("jane@names.example")
            info.type, info.linkname, info.size = kind, "/etc/passwd", 0
            block = bytearray(info.tobuf(tarfile.USTAR_FORMAT))
            block[124:136] = b"00000001000\0"
            block[148:156] = b" " * 8
            block[148:155] = b"%06o\0" % sum(block)
            buffer.write(block)
        info = tarfile.TarInfo("list.csv")
        info.size = len(LIST)
        archive.addfile(info, io.BytesIO(LIST))
    assert [document.name for document in opened(buffer.getvalue())][1:] == ["list.csv"]
    assert "jane@names.example" in words_in(opened(buffer.getvalue()))


@pytest.mark.parametrize("cut", [700, 2000, 4000])
def test_a_truncated_archive_gives_what_is_left(cut: int) -> None:
    """Members before the cut are read, and the cut one as far as possible."""
    data = tarred(("list.csv", LIST), ("b.csv", LIST), dialect=tarfile.USTAR_FORMAT)[:cut]
    assert people_in(data) >= (cut - 600) // 100
    assert unreadable_in(data) == {"broken"}


def test_content_that_lost_its_header_is_read() -> None:
    """The second member is complete although the start of the first one is missing."""
    data = tarred(("a.csv", customers(20, "ja")), ("b.csv", LIST), dialect=tarfile.USTAR_FORMAT)
    damaged = b"?" * 9 + data[9:]
    assert (people_in(damaged), unreadable_in(damaged)) == (70, {"broken"})


def test_concatenated_archives() -> None:
    """Archives joined by `cat`, with zeros in between, are all read."""
    assert people_in(tarred(("a.csv", customers(20, "ja"))) + tarred(("b.csv", LIST))) == 70


def test_a_size_in_base_256() -> None:
    """Sizes in GNU's base 256 are read; a negative one is no valid header."""
    data = bytearray(tarred(("list.csv", LIST), dialect=tarfile.GNU_FORMAT))
    for size, whys in ((len(LIST).to_bytes(11), set()), (b"\xff" * 11, {"broken"})):
        data[124:136] = (b"\x80" if not whys else b"\xff") + size
        data[148:156] = b" " * 8
        data[148:155] = b"%06o\0" % sum(data[:512])
        assert (people_in(bytes(data)), unreadable_in(bytes(data))) == (50, whys)


def test_an_archive_in_an_archive() -> None:
    """tar in gzip in tar: the place names each layer."""
    data = tarred(("inner.tgz", gzip.compress(tarred(("list.csv", LIST)))))
    (found,) = [document for document in opened(data, "outer.tar") if document.tables]
    assert found.where == "part 2, outer.tar > inner.tgz > inner.tar > list.csv"


@pytest.mark.parametrize(
    ("limits", "most"), [(Limits(entries=4), 4), (Limits(bytes=3_000), 1), (Limits(depth=0), 0)]
)
def test_limits(limits: Limits, most: int) -> None:
    """Entries, bytes and depth are limited; the rest is reported as over the limit."""
    data = tarred(*((f"{n}.csv", LIST) for n in range(9)))
    assert len([document for document in opened(data, limits=limits) if document.tables]) <= most
    assert "over_limit" in unreadable_in(data, limits=limits)
