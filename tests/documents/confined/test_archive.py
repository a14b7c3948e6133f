"""Archives that libarchive reads, written by free tools or by hand."""

import gzip
import io
import json
from collections.abc import Callable
from pathlib import Path

import py7zr
import pytest
from holdback.mail import Limits
from rig.files.archives import Files, customers, prices, rar4, rar5, tarred, zipped
from rig.opening import opened, people_in, unreadable_in, words_in

FILES = Path(__file__).parent / "files" / "archives"
LIST = customers(50, "ru")
TWO = (("Größe/顧客 jane@names.example.csv", LIST), ("prices.csv", prices(30)))
LATIN = (("Größe jane@names.example.csv", LIST), ("prices.csv", prices(30)))


def seven_zip(files: Files, **options: object) -> bytes:
    """A 7z file by py7zr; all members are one solid stream."""
    buffer = io.BytesIO()
    with py7zr.SevenZipFile(buffer, "w", **options) as archive:
        for name, content in files:
            archive.writestr(content, name)
    return buffer.getvalue()


FILTERS = {
    "LZMA2": [{"id": py7zr.FILTER_LZMA2, "preset": 6}],
    "LZMA": [{"id": py7zr.FILTER_LZMA}],
    "for programs": [{"id": py7zr.FILTER_X86}, {"id": py7zr.FILTER_LZMA2, "preset": 6}],
    "bzip2": [{"id": py7zr.FILTER_BZIP2}],
    "deflate": [{"id": py7zr.FILTER_DEFLATE}],
    "PPMd": [{"id": py7zr.FILTER_PPMD, "order": 6, "mem": 24}],
    "stored": [{"id": py7zr.FILTER_COPY}],
}


@pytest.mark.parametrize("filters", FILTERS)
def test_7z(filters: str) -> None:
    """People are found with every compression method and names in any script."""
    data = seven_zip(TWO, filters=FILTERS[filters])
    assert (people_in(data), unreadable_in(data)) == (50, set())
    assert words_in(opened(data)).startswith("Größe/顧客 jane@names.example.csv\nprices.csv")


def test_7z_with_zstd_is_unsupported() -> None:
    """7z with zstd, which this libarchive does not support, is unsupported; the names are text."""
    data = seven_zip(TWO, filters=[{"id": py7zr.FILTER_ZSTD, "level": 3}])
    assert unreadable_in(data) <= {"unsupported"}
    assert "jane@names.example" in words_in(opened(data))


def test_folders_are_not_damage() -> None:
    """Folders in RAR 5 archives, whose content libarchive refuses to read, are not reported as damage."""
    archive = rar5([("customers/", b""), ("customers/list.csv", customers(30))])
    assert (people_in(archive), unreadable_in(archive)) == (30, set())


@pytest.mark.parametrize("write", [rar4, rar5])
def test_rar(write: Callable[..., bytes]) -> None:
    """People are found in RAR 4 and RAR 5."""
    data = write(LATIN)
    assert (people_in(data), unreadable_in(data)) == (50, set())
    assert words_in(opened(data)).startswith("Größe jane@names.example.csv\nprices.csv")


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (seven_zip(LATIN, password="secret"), True),
        (seven_zip(LATIN, password="secret", header_encryption=True), False),
        (rar4(LATIN, sealed=True), True),
        (rar4(LATIN, sealed_names=True), False),
        (rar5(LATIN, sealed=True), True),
        (rar5(LATIN, sealed_names=True), False),
    ],
    ids=["7z", "7z with names", "rar4", "rar4 with names", "rar5", "rar5 with names"],
)
def test_encrypted_archives(data: bytes, named: bool) -> None:
    """Encrypted members are reported as encrypted, never read as content; names are text if readable."""
    assert (people_in(data), unreadable_in(data)) == (0, {"encrypted"})
    assert ("jane@names.example" in words_in(opened(data))) == named
    assert len(opened(data)) == 1


@pytest.mark.parametrize("kind", ["7zip", "cab", "xar", "newc", "odc", "lzh"])
def test_archives_by_other_writers(kind: str) -> None:
    """All people and names are found in archives by bsdtar, gcab and jlha."""
    data = (FILES / f"customers.{kind}").read_bytes()
    assert (people_in(data), unreadable_in(data)) == (40, set())
    assert ("kunden.csv" if kind == "lzh" else "Kunden März.csv") in words_in(opened(data))


@pytest.mark.parametrize("name", ["customers.iso9660.gz", "joliet.iso.gz", "rock.iso.gz"])
def test_iso_images(name: str) -> None:
    """ISO 9660 images with Joliet and Rock Ridge names are read."""
    data = gzip.decompress((FILES / name).read_bytes())
    assert (people_in(data), unreadable_in(data)) == (40, set())
    assert "Kunden März.csv\nread@me.example" in words_in(opened(data))


def test_nested_archives() -> None:
    """Zip in tar.gz in 7z is opened by content, whatever the file names."""
    inner = gzip.compress(tarred(("inner.doc", zipped([("list.csv", LIST)]))))
    data = seven_zip([("holiday.jpg", inner), ("notes.txt", json.dumps({"a": 1}).encode())])
    (found,) = [document for document in opened(data, "x.7z") if len(document.inside) == 4]
    assert found.where == "part 2, x.7z > holiday.jpg > holiday.jpg > inner.doc > list.csv"
    assert people_in(data) == 50


@pytest.mark.parametrize("write", [rar4, seven_zip])
@pytest.mark.parametrize(
    ("limits", "most"), [(Limits(entries=5), 5), (Limits(bytes=9_000), 2), (Limits(depth=0), 0)]
)
def test_limits(write: Callable[..., bytes], limits: Limits, most: int) -> None:
    """Entries, bytes and depth are limited; the rest is reported as over the limit."""
    data = write([(f"{n}.csv", LIST) for n in range(9)])
    assert len([document for document in opened(data, limits=limits) if document.tables]) <= most
    assert "over_limit" in unreadable_in(data, limits=limits)


def test_a_truncated_rar_gives_its_first_members() -> None:
    """A truncated RAR gives its first members, as its headers are between the members."""
    data = rar4([("a.csv", LIST), ("b.csv", customers(90))])
    assert people_in(data[: len(data) // 2]) >= 50
    assert unreadable_in(data[: len(data) // 2]) == {"broken"}
    assert unreadable_in(seven_zip(TWO)[:-9]) == {"broken"}


def test_arj_is_unsupported() -> None:
    """ARJ is reported as unsupported."""
    assert unreadable_in(b"\x60\xea\x2c\0\x22\x0b\1\x0b\x10\0\2" + bytes(90)) == {"unsupported"}


@pytest.mark.parametrize(
    "start",
    [
        b"7z\xbc\xaf\x27\x1c",
        b"Rar!\x1a\x07\0",
        b"Rar!\x1a\x07\1\0",
        b"MSCF" + bytes(4),
        b"xar!",
        b"\x19\0-lh5-",
        bytes(0x8001) + b"CD001",
    ],
)
def test_a_signature_alone_is_broken(start: bytes) -> None:
    """Noise after an archive signature is broken and does not crash the library."""
    for rest in (b"", bytes(3000), b"\xff" * 3000, bytes(range(256)) * 12):
        assert unreadable_in(start + rest) <= {"broken", "unsupported"}
