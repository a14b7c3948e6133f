"""Transfer encodings are decoded as far as possible, and flaws are reported."""

import base64
import binascii
import quopri
import random

import pytest
from holdback.mail import Flaw, Limits, Part, read
from holdback.mail.encodings import DECODERS, decode, encoding_name

BASE64 = {
    "clean": (b"QUJDRA==", b"ABCD", None),
    "lines": (b"QUJD\r\nRA==\r\n", b"ABCD", None),
    "LF": (b"QUJD\nRA==\n", b"ABCD", None),
    "CR": (b"QUJD\rRA==\r", b"ABCD", None),
    "blanks": (b" QU JD\tRA = =", b"ABCD", None),
    "uneven lines": (b"Q\r\nUJ\r\nD\r\n", b"ABC", None),
    "empty": (b"", b"", None),
    "blank": (b"\r\n\r\n", b"", None),
    "no padding": (b"QUJDRA", b"ABCD", Flaw.BROKEN_BASE64),
    "one padding of two": (b"QUJDRA=", b"ABCD", Flaw.BROKEN_BASE64),
    "too much padding": (b"QUJD====", b"ABC", Flaw.BROKEN_BASE64),
    "concatenated": (b"QQ==QUJD\r\nQkM=\r\nRA==", b"AABCBCD", Flaw.BROKEN_BASE64),
    "concatenated without padding": (b"QQ==QUI", b"AAB", Flaw.BROKEN_BASE64),
    "lone character": (b"QUJDQ", b"ABC", Flaw.BROKEN_BASE64),
    "junk": (b"!Q*U-J_D.\xff\0", b"ABC", Flaw.BROKEN_BASE64),
    "footer": (b"QUJDRA==\r\n-- \r\nlist", b"ABCD\x96+-", Flaw.BROKEN_BASE64),
    "padding only": (b"====", b"", Flaw.BROKEN_BASE64),
}
QUOTED_PRINTABLE = {
    "clean": (b"a=3Db=C3=BC=\r\nc", b"a=b\xc3\xbcc", None),
    "lower case": (b"=c3=bc=3d", b"\xc3\xbc=", None),
    "LF": (b"a=\nb", b"ab", None),
    "CR": (b"a=\rb\rc=3D", b"ab\nc=", None),
    "CR in an LF text": (b"a=\rb\nc", b"ab\nc", None),
    "blanks behind soft break": (b"a= \t\r\nb", b"ab", None),
    "nothing to decode": (b"a b\r\nc", b"a b\r\nc", None),
    "empty": (b"", b"", None),
    "broken escape": (b"100=ZZ =4", b"100=ZZ =4", Flaw.BROKEN_QUOTED_PRINTABLE),
    "bare equals": (b"a = b", b"a = b", Flaw.BROKEN_QUOTED_PRINTABLE),
    "doubled equals": (b"a==3D", b"a=3D", None),
    "8 bit": (b"\xff=3D", b"\xff=", None),
    "last equals": (b"a=", b"a", None),
}


@pytest.mark.parametrize(("data", "want", "flaw"), BASE64.values(), ids=BASE64)
def test_base64(data: bytes, want: bytes, flaw: Flaw | None) -> None:
    """Other characters are skipped; padding may be missing or inside."""
    assert (want, flaw) == decode(b"base64", b"<" + data + b">", 1, len(data) + 1)


@pytest.mark.parametrize(("data", "want", "flaw"), QUOTED_PRINTABLE.values(), ids=QUOTED_PRINTABLE)
def test_quoted_printable(data: bytes, want: bytes, flaw: Flaw | None) -> None:
    """Broken escapes are kept; any line end may follow a soft break."""
    assert (want, flaw) == decode(b"quotedprintable", b"=" + data + b"=", 1, len(data) + 1)


@pytest.mark.parametrize("size", [0, 1, 2, 3, 56, 57, 58, 1000, 100_001])
@pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\r", b""])
def test_well_formed(size: int, line_end: bytes) -> None:
    """Content encoded by the standard library is decoded without a flaw."""
    content = random.Random(size).randbytes(size)
    encoded = base64.encodebytes(content).replace(b"\n", line_end)
    assert (content, None) == decode(b"base64", encoded, 0, len(encoded))
    text = quopri.encodestring(content.replace(b"\r", b"").replace(b"\n", b""))
    assert (quopri.decodestring(text), None) == decode(b"quotedprintable", text, 0, len(text))


@pytest.mark.parametrize(
    ("written", "name"),
    [
        (b"base64", b"base64"),
        (b" Base64 ", b"base64"),
        (b'"base64"', b"base64"),
        (b"base64; x=y", b"base64"),
        (b"base64 (really)", b"base64"),
        (b"Base-64", b"base64"),
        (b"quoted printable", b"quotedprintable"),
        (b"x-uuencode", b"xuuencode"),
        (b"8BIT", b"8bit"),
        (b"", b""),
    ],
)
def test_encoding_name(written: bytes, name: bytes) -> None:
    """Names are recognised in any spelling."""
    assert (name, True) == (encoding_name(written), name in DECODERS)


@pytest.mark.parametrize("written", [b"base65", b"x-yenc", b"64", b"binhex40"])
def test_unknown_encoding(written: bytes) -> None:
    """The content is kept, and the flaw reported."""
    raw = b"Content-Transfer-Encoding: " + written + b"\r\n\r\nann@x.example"
    message = read(raw, Limits())
    assert [part.content for part in message.parts] == [b"ann@x.example"]
    assert [defect.flaw for defect in message.defects] == [Flaw.UNKNOWN_ENCODING]


def uuencoded(content: bytes, name: str = "list.csv", line_end: bytes = b"\n") -> bytes:
    """Return `content` in the format of uuencode(1)."""
    lines = [binascii.b2a_uu(content[at : at + 45]).rstrip(b"\n") for at in range(0, len(content), 45)]
    return line_end.join((f"begin 644 {name}".encode(), *lines, b"`", b"end", b""))


CUSTOMERS = b"name,email\n" + b"".join(b"Ann %d,ann%d@x.example\n" % (n, n) for n in range(50))


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("encoding", [b"x-uuencode", b"uuencode", b"X-UUE"])
def test_uuencode(line_end: bytes, encoding: bytes) -> None:
    """A part with this transfer encoding is decoded."""
    raw = b"Content-Transfer-Encoding: " + encoding + b"\n\n" + uuencoded(CUSTOMERS, line_end=line_end)
    message = read(raw, Limits())
    assert ([part.content for part in message.parts], message.defects) == ([CUSTOMERS], ())


def test_uuencode_without_begin() -> None:
    """The content is kept, and the flaw reported."""
    message = read(b"Content-Transfer-Encoding: uuencode\n\nHello", Limits())
    assert [part.content for part in message.parts] == [b"Hello"]
    assert [defect.flaw for defect in message.defects] == [Flaw.BROKEN_UUENCODE]


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"])
def test_inline_uuencode(line_end: bytes) -> None:
    """Files inside text become separate parts, and the text keeps the rest."""
    text = [b"Hello,", b"see below.", b""]
    first, second = uuencoded(CUSTOMERS, "a b.csv", line_end), uuencoded(b"two", "two.txt", line_end)
    raw = b"Subject: x" + line_end * 2 + line_end.join(text) + first + b"Regards" + line_end + second + b"Ann"
    message = read(raw, Limits())
    body = line_end.join(text) + b"Regards" + line_end + b"Ann"
    assert message.parts == (
        Part("1", body),
        Part("1!a b.csv", CUSTOMERS, "application/octet-stream", "a b.csv", attached=True),
        Part("1!two.txt", b"two", "application/octet-stream", "two.txt", attached=True),
    )


def test_inline_uuencode_cut() -> None:
    """A file without end is decoded as far as possible."""
    raw = b"Subject: x\n\nHello\n" + uuencoded(CUSTOMERS)[:-20] + b"\nRegards\n"
    message = read(raw, Limits())
    assert [part.path for part in message.parts] == ["1", "1!list.csv"]
    assert CUSTOMERS.startswith(message.parts[1].content[:1000])
    assert message.parts[0].content.endswith(b"Regards\n")
    assert [defect.flaw for defect in message.defects] == [Flaw.BROKEN_UUENCODE]


@pytest.mark.parametrize(
    "text",
    [
        b"begin 644 names\nThis is how it goes on.\n",
        b"We begin 644 trials\n#86)C\n",
        b"begin with this\n#86)C\n`\nend\n",
        b"begin 644\n#86)C\nend\n",
        b"begin 999 x\n#86)C\nend\n",
        b"begin 644 x\nend\n",
        b"begin 644 x\n\n\nend\n",
        b"begin 644 x\n#\xff)C\nend\n",
        b"begin 644 x\n\x7f86)C\nend\n",
        b"begin",
        b"begin 644 x",
    ],
)
def test_no_uuencode(text: bytes) -> None:
    """Text with the word "begin" remains text."""
    assert [text] == [part.content for part in read(b"Subject: x\n\n" + text, Limits()).parts]
