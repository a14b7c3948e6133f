"""File names and other parameters in all forms used in practice (RFC 2045, 2047, 2183, 2231)."""

import pytest
from holdback.mail import Limits, read
from holdback.mail.content_fields import parameters

NAMES = {
    "plain": ('attachment; filename="list.csv"', "list.csv"),
    "unquoted": ("attachment; filename=list.csv", "list.csv"),
    "unquoted with blanks": ("attachment; filename=my list 2.csv; size=3", "my list 2.csv"),
    "semicolon inside": ('attachment; filename="a;b.csv"; size=3', "a;b.csv"),
    "escaped quote": ('attachment; filename="a\\"b.csv"', 'a"b.csv'),
    "backslashes": ('attachment; filename="C:\\lists\\a.csv"', "C:\\lists\\a.csv"),
    "unclosed quote": ('attachment; filename="list.csv', "list.csv"),
    "blanks around": ('attachment ; filename = "list.csv"', "list.csv"),
    "upper case": ('ATTACHMENT; FILENAME="list.csv"', "list.csv"),
    "many semicolons": ("attachment;;;; filename=list.csv;;", "list.csv"),
    "no semicolon": ('attachment filename="list.csv"', "list.csv"),
    "no main value": ('; filename="list.csv"', "list.csv"),
    "first of two": ("attachment; filename=a.csv; filename=b.csv", "a.csv"),
    "RFC 2231": ("attachment; filename*=utf-8''Kund%C3%ABn.csv", "Kundën.csv"),
    "RFC 2231, language": ("attachment; filename*=iso-8859-1'de'Gr%FC%DFe.csv", "Grüße.csv"),
    "RFC 2231, quoted": ("attachment; filename*=\"utf-8''%C3%BC.csv\"", "ü.csv"),
    "RFC 2231, no charset": ("attachment; filename*=''a%20b.csv", "a b.csv"),
    "RFC 2231, no quotes": ("attachment; filename*=a%20b.csv", "a b.csv"),
    "RFC 2231, unknown charset": ("attachment; filename*=x-none''%C3%BC.csv", "ü.csv"),
    "RFC 2231 over plain": ("attachment; filename=a.csv; filename*=utf-8''%C3%BC.csv", "ü.csv"),
    "continued": ('attachment; filename*0="a very "; filename*1="long name.csv"', "a very long name.csv"),
    "continued, disordered": ("attachment; filename*1=b.csv; filename*0=a", "ab.csv"),
    "continued, ten": (
        "attachment; " + "; ".join(f"filename*{n}={n % 10}" for n in range(12)),
        "012345678901",
    ),
    "continued, encoded": ("attachment; filename*0*=utf-8''%C3; filename*1*=%BC; filename*2=%.csv", "ü%.csv"),
    "continued, gap": ("attachment; filename*0=a; filename*7=b.csv", "ab.csv"),
    "broken percent": ("attachment; filename*=utf-8''100%ZZ.csv", "100%ZZ.csv"),
    "encoded word": ('attachment; filename="=?utf-8?Q?=C3=BC.csv?="', "ü.csv"),
    "encoded words": ('attachment; filename="=?utf-8?Q?=C3=BC?= =?utf-8?Q?.csv?="', "ü.csv"),
    "UTF-8": ('attachment; filename="ü.csv"'.encode(), "ü.csv"),
    "Latin-1": ('attachment; filename="ü.csv"'.encode("latin-1"), "ü.csv"),
    "folded": ('attachment;\r\n\tfilename="list.csv"', "list.csv"),
    "controls": ('attachment; filename="a\x01\x7fb.csv"', "a  b.csv"),
    "empty": ('attachment; filename=""', ""),
    "none": ("attachment", ""),
    "other parameter": ("attachment; xfilename=a.csv; file=b.csv", ""),
    "value looks like a parameter": ('attachment; x="; filename=a.csv"', ""),
}


@pytest.mark.parametrize(("written", "want"), NAMES.values(), ids=NAMES)
def test_file_name(written: str | bytes, want: str) -> None:
    """The name that a reader sees."""
    value = written if isinstance(written, bytes) else written.encode()
    (part,) = read(b"Content-Disposition: " + value + b"\r\n\r\nx", Limits()).parts
    assert want == part.name


def test_name_of_content_type() -> None:
    """Without a disposition the name of the type counts; else that of the disposition."""
    types = b"Content-Type: text/csv; name=type.csv\r\n"
    assert [part.name for part in read(types + b"\r\n", Limits()).parts] == ["type.csv"]
    both = types + b"Content-Disposition: inline; filename=disposition.csv\r\n\r\n"
    assert [part.name for part in read(both, Limits()).parts] == ["disposition.csv"]


def test_long_name() -> None:
    """No name is longer than 255 characters."""
    raw = b"Content-Disposition: attachment; filename=" + b"x" * 100_000 + b"\r\n\r\n"
    assert [part.name for part in read(raw, Limits()).parts] == ["x" * 255]


@pytest.mark.parametrize(
    ("written", "main", "token"),
    [
        ("multipart/mixed; boundary=abc", "multipart/mixed", b"abc"),
        ("Multipart/Mixed; Boundary=ABC", "multipart/mixed", b"ABC"),
        ('multipart/mixed; boundary="a b;c"', "multipart/mixed", b"a b;c"),
        ('multipart/mixed\tboundary="abc"', "multipart/mixed", b"abc"),
        ("multipart / mixed; boundary=abc", "multipart/mixed", b"abc"),
        ("multipart/mixed; charset=utf-8 boundary=abc", "multipart/mixed", b"abc"),
        ("multipart/mixed; boundary*=us-ascii''abc", "multipart/mixed", b"abc"),
        ("multipart/mixed; boundary*0=a; boundary*1=bc", "multipart/mixed", b"abc"),
        ("multipart/mixed;boundary==_abc", "multipart/mixed", b"=_abc"),
        ("multipart/mixed; boundary=", "multipart/mixed", b""),
        ("multipart/mixed", "multipart/mixed", b""),
        ("", "", b""),
    ],
)
def test_boundary(written: str, main: str, token: bytes) -> None:
    """The boundary is found in any form, with its case."""
    found = parameters(written.encode())
    assert (main, token) == (found.main, found.token("boundary"))


@pytest.mark.parametrize(
    ("written", "broken"),
    [
        ('text/plain; name="a', True),
        ("text/plain; name=a; name=b", True),
        ('text/plain; name="a"; charset=utf-8', False),
        ("text/plain", False),
    ],
)
def test_broken(written: str, broken: bool) -> None:
    """Unclosed quotes and repeated parameters are flaws."""
    assert broken == parameters(written.encode()).broken
