"""The kind of a part follows from its bytes, not from its name."""

import base64
import random

import pytest
from holdback.documents.kind import Kind, kind_of
from holdback.mail import Part

LIST = b"name,mail\n" + b"Ann Smith,ann@shop.example\n" * 400
NOISE = bytes(range(256)) * 16
CMS = bytes.fromhex("3082010006092a864886f70d0107")
DBASE = bytes([3, 126, 5, 7, 20, 0, 0, 0, 65, 0, 11, 0]) + bytes(52) + b"\r"
OLD_TAR = b"list.csv".ljust(148, b"\0") + b"002066\0 ".ljust(364, b"\0")
MAIL = b"From: Ann <ann@shop.example>\r\nTo: bob@corp.example\r\nSubject: List\r\n\r\nHello\r\n"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"Hello Ann,\nsee you.", Kind.TEXT),
        (b"BMI,GIF8,ID3\n1,2,3\n", Kind.TEXT),
        ("naïve café".encode("latin-1"), Kind.TEXT),
        ("Ann,Smith\n".encode("utf-16"), Kind.TEXT),
        ("Ann,Smith\n".encode("utf-16-be") * 9, Kind.TEXT),
        (b"one \0 NUL in a letter of many words, and no more than that", Kind.TEXT),
        (b'{"name": "Ann"}', Kind.TEXT),
        (b"<?xml version='1.0'?><orders><order/></orders>", Kind.XML),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><path/></svg>", Kind.TEXT),
        (b"<ann@shop.example> wrote to me", Kind.TEXT),
        (b"{\\rtf1 Hello}", Kind.RTF),
        (b"\n <!DOCTYPE HTML><title>x</title>", Kind.HTML),
        (b"<?xml version='1.0'?><html xmlns='x'></html>", Kind.HTML),
        ("<html><p>x</p></html>".encode("utf-16"), Kind.HTML),
        (b"My export:\n<TABLE><TR><TD>Ann</TD></TR></TABLE>", Kind.HTML),
        (b"PK\x03\x04" + NOISE, Kind.ZIP),
        (b"PK\x03\x04" + LIST, Kind.ZIP),
        (bytes.fromhex("d0cf11e0a1b11ae1") + NOISE, Kind.OLE),
        (b"%PDF-1.4\n1 0 obj\n", Kind.PDF),
        (b"\x1f\x8b\x08" + NOISE, Kind.GZIP),
        (b"BZh91AY&SY" + NOISE, Kind.BZIP2),
        (b"\xfd7zXZ\x00" + NOISE, Kind.XZ),
        (b"\x28\xb5\x2f\xfd" + NOISE, Kind.ZSTD),
        (b"7z\xbc\xaf\x27\x1c" + NOISE, Kind.SEVEN_ZIP),
        (b"Rar!\x1a\x07\x01\x00" + NOISE, Kind.RAR),
        (b"list.csv".ljust(257, b"\0") + b"ustar\0" + NOISE, Kind.TAR),
        (b"MSCF\0\0\0\0" + NOISE, Kind.ARCHIVE),
        (b"SQLite format 3\0" + NOISE, Kind.SQLITE),
        (bytes(0x8001) + b"CD001\1" + NOISE, Kind.ARCHIVE),
        (b"!BDN" + NOISE, Kind.PST),
        (b"PAR1" + NOISE, Kind.PARQUET),
        (DBASE + NOISE, Kind.DBASE),
        (DBASE[:2] + b"\x0d" + DBASE[3:] + NOISE, Kind.UNKNOWN),
        (OLD_TAR + NOISE, Kind.TAR),
        (OLD_TAR.replace(b"list", b"last") + NOISE, Kind.UNKNOWN),
        (b"\x85\x01\x0c\x03longtime\x01" + NOISE, Kind.ENCRYPTED),
        (b"\x85\x01\x0c\x03longtime\x04" + NOISE, Kind.UNKNOWN),
        (b"\xc1\xc0\x4c\x03longtime\x12" + NOISE, Kind.ENCRYPTED),
        (b"\x89\x01\x33\x04\x00\x01\x08\x00" + NOISE[:400], Kind.SIGNATURE),
        (b"\x89\x01\x33\x04\x00\x01\x08\x00" + NOISE, Kind.UNKNOWN),
        (b"\x8c\x0d\x04\x09\x03\x02" + NOISE, Kind.ENCRYPTED),
        (b"MZ\x90\0" + NOISE + b"PK\5\6" + bytes(18), Kind.ZIP),
        (b"\xff\xd8\xff\xe0" + NOISE + b"PK\5\6" + bytes(18), Kind.ZIP),
        (b"\0\1\2\0%PDF-1.7\n" + NOISE, Kind.PDF),
        (b"<?xml version='1.0'?><Workbook><Table><Row/></Table></Workbook>", Kind.XML),
        (b"\x78\x9f\x3e\x22\0\0" + NOISE, Kind.TNEF),
        (b"\x89PNG\r\n\x1a\n" + NOISE, Kind.MEDIA),
        (b"\xff\xd8\xff\xe0\0\x10JFIF\0" + NOISE, Kind.MEDIA),
        (b"GIF89a\1\0\1\0" + NOISE, Kind.MEDIA),
        (b"RIFF\x24\0\0\0WEBP" + NOISE, Kind.MEDIA),
        (b"BM\x46\0\0\0\0\0\0\0" + NOISE, Kind.MEDIA),
        (b"\0\0\0\x18ftypheic" + NOISE, Kind.MEDIA),
        (b"ID3\3\0" + NOISE, Kind.MEDIA),
        (b"wOF2\0\1\0\0" + NOISE, Kind.MEDIA),
        (b"\1\0\0\0\x6c" + bytes(35) + b" EMF\0\0" + NOISE, Kind.MEDIA),
        (b"\x34\x13\0\0\xb4\x12\0\0\2\0\2\0" + bytes(22) + b"LP" + NOISE, Kind.MEDIA),
        (b"\0\5\x16\7\0\2\0\0Mac OS X" + NOISE, Kind.MEDIA),
        (b"\0\5\x16\0\0\2\0\0Mac OS X" + NOISE, Kind.UNKNOWN),
        (b"\0\0\0\1Bud1\0\0\x10\0" + NOISE, Kind.MEDIA),
        (b"BM\x46\0\0\0\1\0\0\0" + NOISE, Kind.UNKNOWN),
        (b"MZ\x90\0\3" + NOISE, Kind.UNKNOWN),
        (b"BZh91AY&SYfour letters", Kind.BZIP2),
        (b"BZhyba is not packed", Kind.TEXT),
        (b"\x28\xb5\x2f\xfd$ list of it", Kind.ZSTD),
        (b"a,b\n1,2\0\n3,4\n", Kind.TEXT),
        (b"\0a,b\n", Kind.TEXT),
        (b"id;name\n7;\x0bAnn\n", Kind.TEXT),
        (b"a,b\n\0\1\2\3\4\5", Kind.UNKNOWN),
        (b"\x89PNG\r\n\x1a\n", Kind.MEDIA),
        (NOISE[:40], Kind.UNKNOWN),
        (b"Salted__" + NOISE[40:60], Kind.ENCRYPTED),
        (b"Salted peanuts", Kind.TEXT),
        (b"age-encryption.org/v1\n-> scrypt", Kind.ENCRYPTED),
        (b"U2FsdGVkX19JvqYzZ5aY\n", Kind.ARMOURED),
        (b"-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----\n", Kind.ARMOURED),
        (b"Dear Ann,\n-----BEGIN PGP MESSAGE-----\n\nhQEMA\n", Kind.ARMOURED),
        (b"Write -----BEGIN PGP MESSAGE----- on top.", Kind.TEXT),
        (b"See below.\n-----BEGIN PKCS7-----\nMIIB\n-----END PKCS7-----\n", Kind.ARMOURED),
        (b"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n", Kind.TEXT),
        (base64.encodebytes(CMS + b"\x02" + NOISE), Kind.ARMOURED),
        (b"MIDWEST,MINNESOTA,MISSISSIPPI,MISSOURI,MONTANA\n", Kind.TEXT),
        (b"MIDWESTMINNESOTAMISSISSIPPIMISSOURIMONTANANEBRASKA\n", Kind.TEXT),
        (b"\n{\\rtf1 Hello}", Kind.RTF),
        (CMS + b"\x03" + NOISE, Kind.ENCRYPTED),
        (CMS + b"\x02" + NOISE, Kind.SIGNED),
        (b"\0\1\0\0\0\x0f\0\x80" + NOISE, Kind.MEDIA),
        (b"\0\1\0\0Standard Jet DB\0" + NOISE, Kind.UNKNOWN),
        (bytes.fromhex("00010203fafb0709") * 200, Kind.UNKNOWN),
        (b"".join(n.to_bytes(2, "little") for n in range(7, 900)), Kind.UNKNOWN),
        (NOISE, Kind.UNKNOWN),
    ],
)
def test_kind_by_content(content: bytes, kind: Kind) -> None:
    """Neither declared type nor file name is needed."""
    assert kind == kind_of(Part("1", content, "application/octet-stream", "data.bin"))


@pytest.mark.parametrize(
    ("content", "declared", "kind"),
    [
        (b"see <b>there</b>", "text/html", Kind.HTML),
        (b"see <b>there</b>", "text/plain", Kind.TEXT),
        (b"a,b,c\n1,2,3\n", "text/html", Kind.TEXT),
        (b"a,b,c\n1,2,3\n", "image/png", Kind.TEXT),
        (CMS + b"\x02" + NOISE, "application/pkcs7-signature", Kind.SIGNATURE),
        (CMS + b"\x02" + NOISE * 20, "application/pkcs7-signature", Kind.SIGNED),
    ],
)
def test_declarations_decide_ambiguous_content(content: bytes, declared: str, kind: Kind) -> None:
    """A tag alone may be HTML or a quotation; a signature alone has no content."""
    assert kind == kind_of(Part("1", content, declared))


@pytest.mark.parametrize(
    ("content", "attached", "kind"),
    [
        (MAIL, True, Kind.MAIL),
        (MAIL.decode().encode("utf-16"), True, Kind.MAIL),
        (b"From ann@shop.example Mon Nov 16 09:00:00 2026\n" + MAIL, True, Kind.MAIL),
        (MAIL, False, Kind.TEXT),
        (b"From: the street\nTo: the house\nThrough: the door\n\nand so on", True, Kind.TEXT),
        (b"Name: Ann\nPhone: 1\nStreet: x\n", True, Kind.TEXT),
    ],
)
def test_mail_as_a_file(content: bytes, attached: bool, kind: Kind) -> None:
    """A text that quotes a header is not a mail file."""
    assert kind == kind_of(Part("1", content, attached=attached))


@pytest.mark.parametrize("magic", [b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"GIF89a", b"\0\1\2\3"])
def test_a_list_with_a_picture_signature(magic: bytes) -> None:
    """Text in the middle and at the end makes it a text."""
    assert kind_of(Part("1", magic + NOISE + LIST, "image/png", "photo.png")) == Kind.TEXT


def test_noise_has_no_kind() -> None:
    """At most one in a thousand random files is recognised as a format."""
    chance = random.Random(7)
    files = (chance.randbytes(chance.choice((60, 300, 5_000))) for _ in range(3_000))
    assert 3 >= sum(kind_of(Part("1", data)) not in (Kind.UNKNOWN, Kind.TEXT) for data in files)
