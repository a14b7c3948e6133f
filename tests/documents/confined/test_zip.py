"""Zip files by any writer, also damaged ones: members are read, and their names are text."""

import io
import lzma
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from holdback.documents import Budget
from holdback.documents.confined.archives.zip import Zip
from holdback.mail import Limits
from rig.files.archives import assembled, central, customers, local, prices, streamed, zipped
from rig.opening import opened, people_in, unreadable_in, words_in

FILES = Path(__file__).parent / "files" / "archives"
LIST = customers(50)
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)


def entries(data: bytes, limit: int = 10_000) -> list[str]:
    """Names of the members with content."""
    return [entry.name for entry in Zip(data, Budget(Limits(entries=limit), lambda: True)).entries]


@pytest.mark.parametrize("language", ["en", "de", "pl", "ru", "ja"])
@pytest.mark.parametrize("method", METHODS)
def test_all_people_in_a_member_are_found(method: int, language: str) -> None:
    """All compression methods of Python, names in any script; a price list adds no people."""
    data = zipped([("Größe/顧客.csv", customers(50, language)), ("prices.csv", prices(50))], method)
    assert people_in(data) == 50
    assert unreadable_in(data) == set()


def test_a_price_list_has_no_people() -> None:
    """Near miss: a zip file with a price list."""
    assert people_in(zipped([("prices.csv", prices(200))])) == 0


@pytest.mark.parametrize("build", [zipped, streamed])
@pytest.mark.parametrize("share", [0.35, 0.6, 0.98])
@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_truncated_archive_gives_its_first_members(build: object, share: float, method: int) -> None:
    """Members are found without the directory at the end, also if sizes are unknown."""
    whole = build([("a.csv", customers(20, "de")), ("b.csv", customers(60)), ("c.csv", LIST)], method)
    data = whole[: int(len(whole) * share)]
    assert people_in(data) >= 20
    assert unreadable_in(data) == {"broken"}


@pytest.mark.parametrize("before", [b"MZ" + bytes(3000), b"#!/bin/sh\nPK\3\4 is what follows\nexit\n"])
@pytest.mark.parametrize("after", [b"", b"\r\n", bytes(70_000)])
def test_bytes_around_an_archive_are_ignored(before: bytes, after: bytes) -> None:
    """Self-extracting archives, and archives with an appended line, are read."""
    data = before + zipped([("list.csv", LIST)]) + after
    assert entries(data) == ["list.csv"]


def test_a_comment_with_an_end_record() -> None:
    """The end record with a directory is used, and the comment is text."""
    data = zipped([("list.csv", LIST)], comment=b"from jane@comment.example PK\5\6" + bytes(30))
    assert entries(data) == ["list.csv"]
    assert "jane@comment.example" in words_in(opened(data))


def test_zip64() -> None:
    """Sizes and offsets in zip64 extra fields and the zip64 end record are read."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive, archive.open("list.csv", "w", force_zip64=True) as member:
        member.write(LIST)
    assert people_in(buffer.getvalue()) == 50
    extra = struct.pack("<2H3Q", 1, 24, len(LIST), len(LIST), 0)
    body = local(b"list.csv", LIST)
    head = bytearray(central(b"list.csv", LIST, 0xFFFFFFFF, extra=extra))
    head[20:28] = b"\xff" * 8
    sizes = (1, 1, len(head), len(body))
    end = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, *sizes)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, len(body) + len(head), 1)
    last = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    whole = body + bytes(head) + end + locator + last
    assert (people_in(whole), unreadable_in(whole)) == (50, set())
    assert (people_in(bytes(99) + whole), unreadable_in(bytes(99) + whole)) == (50, set())


@pytest.mark.parametrize(
    ("flag", "method", "names"),
    [(1, 8, "visible"), (1, 99, "AES"), (1 | 1 << 6, 8, "strong")],
)
def test_names_of_encrypted_members_are_text(flag: int, method: int, names: str) -> None:
    """Names of encrypted members are text; unencrypted members are read."""
    sealed = f"{names}-jane@names.example.csv".encode()
    body = local(sealed, b"?" * 99, method, flag)
    directory = central(sealed, b"?" * 99, 0, method, flag) + central(b"open.csv", LIST, len(body))
    data = assembled(body + local(b"open.csv", LIST), directory, 2)
    assert people_in(data) == 50
    assert unreadable_in(data) == {"encrypted"}
    assert f"{names}-jane@names.example.csv" in words_in(opened(data))


def test_an_encrypted_directory_is_reported() -> None:
    """An archive with masked local headers is reported as encrypted."""
    data = local(b"1", b"?" * 50, 8, 1 | 1 << 6 | 1 << 13) + b"?" * 200
    assert "encrypted" in unreadable_in(data)


@pytest.mark.parametrize("hidden", ["unlisted", "renamed", "repacked", "unsealed", "behind"])
def test_contradicting_headers_are_both_read(hidden: str) -> None:
    """Members are read by the directory and by the local header if these differ."""
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    deflated = packed.compress(LIST) + packed.flush()
    other = local(b"note.txt", b"hello")
    body = local(b"list.csv", LIST, 8, 0, deflated)
    entry = central(b"list.csv", LIST, len(other), 8, 0, len(deflated))
    data = {
        "unlisted": assembled(other + body, central(b"note.txt", b"hello", 0), 1),
        "renamed": assembled(body, central(b"jane@names.example", LIST, 0, 8, 0, len(deflated)), 1),
        "repacked": assembled(other + body, entry[:10] + b"\0\0" + entry[12:], 1),
        "unsealed": assembled(other + body, entry[:8] + b"\1\0" + entry[10:], 1),
        "behind": zipped([("note.txt", b"hello")]) + body,
    }[hidden]
    assert people_in(data) == 50
    assert "list.csv" in words_in(opened(data))


@pytest.mark.parametrize(
    ("raw", "flags", "extra", "name"),
    [
        ("Größe.csv".encode("cp437"), 0, b"", "Größe.csv"),
        ("Größe.csv".encode(), 0, b"", "Größe.csv"),
        ("顧客.csv".encode(), 1 << 11, b"", "顧客.csv"),
        (b"?.csv", 0, "顧客.csv".encode(), "顧客.csv"),
        (b"..\\..\\etc\\a.csv", 0, b"", "../../etc/a.csv"),
        (b"/etc/a.csv", 0, b"", "/etc/a.csv"),
        (b"a.exe\0.csv", 0, b"", "a.exe\0.csv"),
        (b"\xff\xfe.csv", 1 << 11, b"", "\ufffd\ufffd.csv"),
    ],
)
def test_names(raw: bytes, flags: int, extra: bytes, name: str) -> None:
    """UTF-8 with and without flag, code page 437, the Unicode extra field; paths are only names."""
    if extra:
        extra = struct.pack("<2HBL", 0x7075, 5 + len(extra), 1, zlib.crc32(raw)) + extra
    data = assembled(local(raw, b"x", flags=flags), central(raw, b"x", 0, flags=flags, extra=extra), 1)
    assert entries(data) == [name]
    assert [document.name for document in opened(data)][1:] != [""]


def test_all_names_of_a_member_are_text() -> None:
    """The names in the directory, the local header and the Unicode extra field are text."""
    better = b"c@names.example"
    extra = struct.pack("<2HBL", 0x7075, 5 + len(better), 1, 0) + better
    entry = central(b"a@names.example", b"x", 0, extra=extra)
    words = words_in(opened(assembled(local(b"b@names.example", b"x"), entry, 1)))
    assert [f"{who}@names.example" in words for who in "abc"] == [True, True, True]


def test_folders_and_empty_members_are_names_only() -> None:
    """Folders and empty members give names only."""
    data = zipped([("folder@x.example/", b""), ("empty@y.example.txt", b""), ("list.csv", LIST)])
    assert entries(data) == ["list.csv"]
    assert words_in(opened(data)).startswith("folder@x.example/\nempty@y.example.txt\nlist.csv")


def test_a_folder_with_content_is_a_file() -> None:
    """A member with content is read even if its name ends with a slash."""
    assert people_in(zipped([("folder/", LIST)])) == 50


def test_damaged_content_is_kept_up_to_the_damage() -> None:
    """Rows before damage are read, and so are other members."""
    data = bytearray(zipped([("a.csv", customers(400)), ("b.csv", customers(30, "fr"))]))
    data[len(data) // 2] ^= 0xFF
    assert people_in(bytes(data)) > 150
    assert unreadable_in(bytes(data)) == {"broken"}


@pytest.mark.parametrize("method", [14, 93, 95])
def test_rarer_compression_methods(method: int) -> None:
    """LZMA without end marker, zstd and xz."""
    if method == 14:
        packed = lzma.compress(
            LIST, lzma.FORMAT_RAW, filters=[{"id": lzma.FILTER_LZMA1, "dict_size": 1 << 16}]
        )
        packed = b"\x09\x14\5\0\x5d\0\0\1\0" + packed[:-6]
    elif method == 95:
        packed = lzma.compress(LIST)
    else:
        packed = (FILES / "customers.csv.zst").read_bytes()
    content = LIST if method != 93 else customers(40, "de")
    body = local(b"list.csv", content, method, 0, packed)
    data = assembled(body, central(b"list.csv", content, 0, method, 0, len(packed)), 1)
    assert (people_in(data), unreadable_in(data)) == (content.count(b"@"), set())


@pytest.mark.parametrize("name", ["sealed-old.zip", "sealed-aes.zip"])
def test_passwords_of_real_writers(name: str) -> None:
    """Archives encrypted by Info-ZIP (traditional) and bsdtar (AES)."""
    data = (FILES / name).read_bytes()
    assert (people_in(data), unreadable_in(data)) == (0, {"encrypted"})
    assert "Kunden März.csv" in words_in(opened(data))


def test_a_wrong_checksum_keeps_the_content() -> None:
    """Content with a wrong checksum is read and reported as broken."""
    data = zipped([("list.csv", LIST)], zipfile.ZIP_STORED).replace(b"Emily", b"Emilx", 1)
    assert (people_in(data), unreadable_in(data)) == (50, {"broken"})


@pytest.mark.parametrize("method", [9, 97, 98, 20])
def test_unsupported_compression_methods(method: int) -> None:
    """Deflate64, WavPack, PPMd and unknown methods are unsupported; the names are text."""
    data = assembled(local(b"a@x.example", b"?", method), central(b"a@x.example", b"?", 0, method), 1)
    assert unreadable_in(data) <= {"unsupported", "broken"} != set()
    assert "a@x.example" in words_in(opened(data))


@pytest.mark.parametrize(
    "data", [b"PK\3\4", b"PK\3\4" + bytes(60), b"PK\5\6" + b"\xff" * 18, b"PK\3\4" * 5000]
)
def test_a_signature_alone_is_broken(data: bytes) -> None:
    """Noise after an archive signature is broken."""
    assert unreadable_in(data + b"\0\1\2\3" * 30) == {"broken"}


def test_an_empty_archive() -> None:
    """A directory without members is valid and gives nothing."""
    assert unreadable_in(zipped([])) == set()
