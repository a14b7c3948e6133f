"""Limits hold and are reported, content within them is kept, and a megabyte of any input is fast."""

import base64

import pytest
from holdback.mail import Flaw, Limits, Message, read

pytestmark = pytest.mark.slow

SIZE = 1_000_000


def flaws(message: Message) -> list[str]:
    """Return flaws in order, with their places."""
    return [str(defect) for defect in message.defects]


def filled(head: bytes, unit: bytes) -> bytes:
    """Return a megabyte of `unit` after `head`."""
    return head + unit * (SIZE // len(unit))


MIXED = b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
IN_FIELDS = [
    *(
        b'"',
        b"(",
        b"(a)",
        b"(a)@",
        b"@",
        b"a@",
        b'"@',
        b'"a@',
        b"@[",
        b"a@[",
        b"<",
        b"< @ ",
        b" ",
        b"\t",
        b"a.",
        b"a.@a.a",
    ),
    *(
        b"=?a?q?",
        b"=?a?q?x?=",
        b"=?utf-8?b?QQ==?= ",
        b"=?",
        b"?",
        b"=?none?q?x?= ",
        b"=?utf-8?Q?=C3?= ",
        b"\\",
        b"\0",
    ),
    *(
        b"\r\n a@x.example,",
        b"\n\t",
        b"\r",
        b"\r\r\r\n",
        b"junk\n",
        b"junk\nTo: a\n",
        b"x: y\n \n",
        b"\xff",
        b"To: a@b.example\n",
        b"a @ a.example, ",
    ),
    *("ü@ü.example,".encode(), "ü".encode(), "＠".encode(), b'"a"@x.example ', b'"a" '),
]
IN_PARAMETERS = [
    *(
        b";",
        b"; a=b",
        b"; name*0=a",
        b"; name*0*=utf-8''%41",
        b'; a="',
        b'; a="x',
        b'; a="\\',
        b" ",
        b"; a ",
        b"=",
        b"%",
    ),
    *(b"%41", b"; n*99999999=1", b"a b ", b"; a=b c", b'"', b"*", b"'", b"\\", b"/", b"; boundary=b"),
]
IN_MULTIPARTS = [
    *(
        b"--b\n",
        b"--b\r\n\r\nx\r\n",
        b"--b--\nx\n",
        b"--bx\n",
        b"--b    x\n",
        b"-",
        b"\n--",
        b"\n--\n",
        b"\r--b",
        b"\n\n",
    ),
    *(b'--b\nContent-Type: multipart/mixed; boundary="b"\n\n', b"--b\nContent-Type: message/rfc822\n\n"),
    *(
        b"--b\nContent-Type: multipart/digest; boundary=b\n\n",
        b"\n--x\nContentx",
        b"--b\nX: y\n",
        b"--b\n\nbegin 644 x\n",
    ),
]
IN_TEXTS = [
    *(
        b"=",
        b"=\r",
        b"= ",
        b" ",
        b"=3D",
        b"=\n",
        b"=zz",
        b"QQ==",
        b"Q=",
        b"!",
        b"Q!",
        b"\r\n",
        b"\r",
        b"A",
        b"\xff",
    ),
    *(
        b"begin 644 x\n",
        b"begin ",
        b"\nbegin 644 x\n#86)C\nend",
        b"begin 644 x\n\n\n\n",
        b"#86)C\n",
        b" \n",
        b"!\n",
    ),
]


@pytest.mark.parametrize("unit", IN_FIELDS, ids=repr)
@pytest.mark.parametrize("head", [b"To: ", b""], ids=repr)
def test_hostile_field(head: bytes, unit: bytes) -> None:
    """A megabyte of any token in a field takes linear time."""
    assert len(read(filled(head, unit), Limits()).parts) <= 2


@pytest.mark.parametrize("unit", IN_PARAMETERS, ids=repr)
@pytest.mark.parametrize(
    "head",
    [
        b"Content-Type: text/plain; name=",
        b"Content-Type: text/plain; name*=utf-8''",
        b"Content-Type: multipart/mixed",
        b'Content-Disposition: attachment; filename="',
    ],
    ids=repr,
)
def test_hostile_parameter(head: bytes, unit: bytes) -> None:
    """A megabyte of any token in a parameter takes linear time."""
    parts = read(filled(head, unit) + b"\n\nBody", Limits()).parts
    assert [part.content for part in parts] == [b"Body"]


@pytest.mark.parametrize("unit", IN_MULTIPARTS, ids=repr)
@pytest.mark.parametrize(
    "head", [MIXED, MIXED.replace(b"b", b"zz"), MIXED.replace(b"boundary", b"x")], ids=repr
)
def test_hostile_multipart(head: bytes, unit: bytes) -> None:
    """A megabyte of real or apparent delimiters ends at the limit of parts."""
    assert len(read(filled(head, unit), Limits()).parts) <= 2 * Limits().parts


@pytest.mark.parametrize("unit", IN_TEXTS, ids=repr)
@pytest.mark.parametrize(
    "encoding", [b"", b"base64", b"quoted-printable", b"x-uuencode\n\nbegin 644 a"], ids=repr
)
def test_hostile_content(encoding: bytes, unit: bytes) -> None:
    """A megabyte of any token in any encoding takes linear time."""
    message = read(filled(b"Content-Transfer-Encoding: " + encoding + b"\n\n", unit), Limits())
    assert len(message.parts) <= Limits().parts


def test_deep_messages() -> None:
    """Nested messages are parsed to the limit; the rest is text."""
    message = read(filled(b"", b"Content-Type: message/rfc822\n\n") + b"Subject: x\n\nthe end", Limits())
    *headers, leaf = message.parts
    assert leaf.path == ".".join("1" * (Limits().depth + 1))
    assert leaf.content.endswith(b"the end")
    assert len(headers) == Limits().depth
    assert [defect.flaw for defect in message.defects] == [Flaw.OVER_LIMIT]


def test_deep_multiparts() -> None:
    """Nested multiparts are parsed to the limit; the rest is text."""
    opening = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(10_000)
    )
    message = read(opening + b"\nthe end", Limits(depth=7))
    assert [".".join("1" * 7)] == [part.path for part in message.parts]
    assert message.parts[0].content.endswith(b"the end")
    assert "over_limit (1.1.1.1.1.1.1)" in flaws(message)


def test_deep_encodings() -> None:
    """Repeatedly encoded messages are decoded within the budget."""
    raw = b"Subject: x\n\n" + b"x" * 10_000
    for _ in range(12):
        raw = b"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n" + base64.b64encode(raw)
    assert read(raw, Limits()).parts[-1].content == b"x" * 10_000
    cut = read(raw, Limits(bytes=len(raw)))
    assert sum(len(part.content) for part in cut.parts) < 10_000
    assert Flaw.OVER_LIMIT in [defect.flaw for defect in cut.defects]


def test_bytes() -> None:
    """Of a message over the limit the beginning is parsed."""
    raw = b"To: ann@x.example\n" + MIXED + b"--b\n\none\n--b\n\n" + b"x" * 1_000
    message = read(raw, Limits(bytes=200))
    assert [found.key for found in message.visible] == ["ann@x.example"]
    assert message.parts[0].content == b"one"
    assert raw[:200].endswith(message.parts[1].content)
    assert flaws(message) == ["over_limit (message)", "unclosed_boundary (message)"]


@pytest.mark.parametrize("size", [0, 1, 10])
def test_no_bytes(size: int) -> None:
    """A limit of almost nothing is respected."""
    message = read(b"To: ann@x.example\n\nbody", Limits(bytes=size))
    assert message.visible == ()
    assert "over_limit (message)" in flaws(message)


def test_parts() -> None:
    """The last part within the limit contains the rest."""
    raw = MIXED + b"".join(b"--b\n\n%d\n" % number for number in range(100)) + b"--b--\n"
    message = read(raw, Limits(parts=11))
    assert [part.content for part in message.parts[:3]] == [b"0", b"1", b"2"]
    assert b"\n99\n--b--" in message.parts[-1].content
    assert len(message.parts) == 11
    assert flaws(message) == ["over_limit (message)", "unclosed_boundary (message)"]
    assert len(read(raw, Limits()).parts) == 100


def test_many_defects() -> None:
    """At most a hundred flaws are kept."""
    raw = MIXED + b"--b\nContent-Transfer-Encoding: x\n\n\n" * 500 + b"--b--\n"
    message = read(raw, Limits())
    assert (len(message.parts), len(message.defects)) == (500, 100)
