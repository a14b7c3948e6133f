"""MIME structure: paths, nesting, and known malformations."""

import base64

import pytest
from holdback.mail import Limits, Message, Part, read

CSV = b"name,email\nAnn,ann@x.example"


def mail(content_type: str, *lines: str | bytes, header: str = "") -> bytes:
    """Return a message of that type with `lines` as body."""
    head = f"Subject: x\n{header}Content-Type: {content_type}\n".encode()
    return b"\n".join((head, *(line if isinstance(line, bytes) else line.encode() for line in lines)))


def leaves(message: Message) -> list[tuple[str, str, bytes]]:
    """Return path, declared type and content of each part except headers of nested messages."""
    return [
        (part.path, part.declared, part.content)
        for part in message.parts
        if part.declared != "message/rfc822"
    ]


def flaws(message: Message) -> list[str]:
    """Return flaws in order, with their places."""
    return [str(defect) for defect in message.defects]


MIXED = 'multipart/mixed; boundary="b"'
ENCODED = base64.b64encode(b"Subject: inner\n\nHello")
TABLE = {
    "one part": (mail("text/html", "<p>"), [("1", "text/html", b"<p>")], []),
    "two parts": (
        mail(MIXED, "--b", "", "one", "--b", "Content-Type: text/csv", "", "two", "--b--", ""),
        [("1", "text/plain", b"one"), ("2", "text/csv", b"two")],
        [],
    ),
    "nested": (
        mail(
            MIXED,
            *("--b", "Content-Type: multipart/alternative; boundary=c", ""),
            *("--c", "", "plain", "--c", "Content-Type: text/html", "", "<p>", "--c--"),
            *("--b", "", "two", "--b--"),
        ),
        [("1.1", "text/plain", b"plain"), ("1.2", "text/html", b"<p>"), ("2", "text/plain", b"two")],
        [],
    ),
    "inner boundary begins like the outer": (
        mail(
            MIXED,
            *("--b", "Content-Type: multipart/mixed; boundary=bb", "", "--bb", "", "one", "--bb--"),
            *("--b", "", "two", "--b--"),
        ),
        [("1.1", "text/plain", b"one"), ("2", "text/plain", b"two")],
        [],
    ),
    "message": (
        mail(MIXED, "--b", "Content-Type: message/rfc822", "", "Subject: inner", "", "Hello", "--b--"),
        [("1.1", "text/plain", b"Hello")],
        [],
    ),
    "message with parts": (
        mail(
            MIXED,
            *("--b", "Content-Type: message/rfc822", "", "Content-Type: multipart/mixed; boundary=c", ""),
            *("--c", "", "one", "--c", "", "two", "--c--", "--b--"),
        ),
        [("1.1", "text/plain", b"one"), ("1.2", "text/plain", b"two")],
        [],
    ),
    "message at the top": (
        mail("message/rfc822", "Subject: inner", "", "Hello"),
        [("1.1", "text/plain", b"Hello")],
        [],
    ),
    "message in message": (
        mail("message/rfc822", "Content-Type: message/global", "", "Subject: inner", "", "Hello"),
        [("1.1.1", "text/plain", b"Hello")],
        [],
    ),
    "encoded message": (
        mail("message/rfc822", ENCODED, header="Content-Transfer-Encoding: base64\n"),
        [("1.1", "text/plain", b"Hello")],
        [],
    ),
    "message badly encoded": (
        mail("message/rfc822", ENCODED + b"*", header="Content-Transfer-Encoding: base64\n"),
        [("1.1", "text/plain", b"Hello")],
        ["broken_base64 (1)"],
    ),
    "flaws of a part": (
        mail(MIXED, "--b", "Content-Type: text/csv", "Content-Type: text/csv", "", "one", "--b--"),
        [("1", "text/csv", b"one")],
        ["duplicate_header (1)"],
    ),
    "message declared as encoded": (
        mail("message/rfc822", "Subject: inner", "", "Hello", header="Content-Transfer-Encoding: base64\n"),
        [("1.1", "text/plain", b"Hello")],
        [],
    ),
    "digest": (
        mail(
            "multipart/digest; boundary=b",
            *(
                "--b",
                "",
                "Subject: inner",
                "",
                "Hello",
                "--b",
                "Content-Type: text/plain",
                "",
                "two",
                "--b--",
            ),
        ),
        [("1.1", "text/plain", b"Hello"), ("2", "text/plain", b"two")],
        [],
    ),
    "preamble and epilogue": (
        mail(MIXED, "Read me first.", "--b", "", "one", "--b--", "Read me last."),
        [
            ("preamble", "text/plain", b"Read me first."),
            ("1", "text/plain", b"one"),
            ("epilogue", "text/plain", b"Read me last."),
        ],
        [],
    ),
    "customary notice": (
        mail(MIXED, "This is a multi-part message in MIME format.", "--b", "", "one", "--b--", "", " "),
        [("1", "text/plain", b"one")],
        [],
    ),
    "another notice": (
        mail(
            MIXED, "This is a cryptographically signed message in MIME format.", "", "--b", "", "one", "--b--"
        ),
        [("1", "text/plain", b"one")],
        [],
    ),
    "no notice": (
        mail(MIXED, "This is a MIME list:", "ann@x.example", "--b", "", "one", "--b--"),
        [("preamble", "text/plain", b"This is a MIME list:\nann@x.example"), ("1", "text/plain", b"one")],
        [],
    ),
    "unclosed": (
        mail(MIXED, "--b", "", "one", "--b", "", "two"),
        [("1", "text/plain", b"one"), ("2", "text/plain", b"two")],
        ["unclosed_boundary (message)"],
    ),
    "unclosed inside": (
        mail(
            MIXED,
            *(
                "--b",
                "Content-Type: multipart/mixed; boundary=c",
                "",
                "--c",
                "",
                "one",
                "--b",
                "",
                "two",
                "--b--",
            ),
        ),
        [("1.1", "text/plain", b"one"), ("2", "text/plain", b"two")],
        ["unclosed_boundary (1)"],
    ),
    "no boundary declared": (
        mail("multipart/mixed", "--b", "Content-Type: text/csv", "", CSV, "--b--"),
        [("1", "text/csv", CSV)],
        ["missing_boundary (message)"],
    ),
    "empty boundary": (
        mail('multipart/mixed; boundary=""', "--", "Content-Type: text/csv", "", CSV, "----"),
        [("1", "text/csv", CSV)],
        ["missing_boundary (message)"],
    ),
    "wrong boundary declared": (
        mail(
            'multipart/mixed; boundary="wrong"',
            *(
                "--b",
                "Content-Transfer-Encoding: base64",
                "",
                base64.b64encode(b"one"),
                "--b",
                "",
                "two",
                "--b--",
            ),
        ),
        [("1", "text/plain", b"one"), ("2", "text/plain", b"two")],
        ["missing_boundary (message)"],
    ),
    "no boundary at all": (
        mail(MIXED, "Just text.", "-- ", "Ann"),
        [("1", "multipart/mixed", b"Just text.\n-- \nAnn")],
        ["missing_boundary (message)"],
    ),
    "doubled delimiter": (
        mail(MIXED, "--b", "--b", "", "one", "--b", "--b--"),
        [("1", "text/plain", b"one")],
        [],
    ),
    "same boundary inside": (
        mail(
            MIXED,
            *("--b", "Content-Type: multipart/mixed; boundary=b", "", "--b", "", "one", "--b--"),
            *("--b", "", "two", "--b--"),
        ),
        [("1", "multipart/mixed", b""), ("2", "text/plain", b"one"), ("3", "text/plain", b"two")],
        ["missing_boundary (1)"],
    ),
    "parts behind the end": (
        mail(MIXED, "--b", "", "one", "--b--", "between", "--b", "", "two", "--b--"),
        [("1", "text/plain", b"one"), ("2", "text/plain", b"two"), ("epilogue", "text/plain", b"between")],
        [],
    ),
    "only the end": (
        mail(MIXED, "before", "--b--", "behind"),
        [("preamble", "text/plain", b"before"), ("epilogue", "text/plain", b"behind")],
        [],
    ),
    "blanks behind delimiters": (
        mail(MIXED, "--b \t", "", "one", "--b-- ", ""),
        [("1", "text/plain", b"one")],
        [],
    ),
    "text that looks like a delimiter": (
        mail(MIXED, "--b", "", "--bb", " --b", "-b", "x--b", "--b--", ""),
        [("1", "text/plain", b"--bb\n --b\n-b\nx--b")],
        [],
    ),
    "part with header only": (
        mail(MIXED, "--b", "Content-Type: text/csv", "--b", "", "two", "--b--"),
        [("1", "text/csv", b""), ("2", "text/plain", b"two")],
        [],
    ),
    "empty part": (
        mail(MIXED, "--b", "Content-Type: text/csv", "", "--b--"),
        [("1", "text/csv", b"")],
        [],
    ),
    "two types": (
        b"Content-Type: text/plain\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b--",
        [("1", "text/plain", b"one")],
        ["duplicate_header (header)"],
    ),
    "two encodings": (
        b"Content-Transfer-Encoding: 7bit\nContent-Transfer-Encoding: base64\n\nT25l",
        [("1", "text/plain", b"One")],
        ["duplicate_header (header)"],
    ),
    "encoded multipart": (
        mail(MIXED, base64.b64encode(b"--b\n\none\n--b--"), header="Content-Transfer-Encoding: base64\n"),
        [("1", "text/plain", b"one")],
        [],
    ),
    "multipart declared as encoded": (
        mail(MIXED, "--b", "", "one", "--b--", header="Content-Transfer-Encoding: base64\n"),
        [("1", "text/plain", b"one")],
        [],
    ),
    "type without subtype": (
        mail("multipart; boundary=b", "--b", "", "one", "--b--"),
        [("1", "text/plain", b"one")],
        [],
    ),
    "nonsense type": (mail("nonsense", "one"), [("1", "text/plain", b"one")], []),
    "empty type": (mail("", "one"), [("1", "text/plain", b"one")], []),
    "CR in the body only": (
        b"Content-Type: multipart/mixed; boundary=b\n\n"
        b"--b\r\rone\r--b\rContent-Type: text/csv\r\ra\rb\r--b--\r",
        [("1", "text/plain", b"one"), ("2", "text/csv", b"a\rb")],
        ["bare_cr (2)"],
    ),
}


@pytest.mark.parametrize(("raw", "parts", "want"), TABLE.values(), ids=TABLE)
def test_structure(raw: bytes, parts: list[tuple[str, str, bytes]], want: list[str]) -> None:
    """Each leaf has its path, and each flaw is reported."""
    message = read(raw, Limits())
    assert parts == leaves(message)
    assert want == flaws(message)


@pytest.mark.parametrize("name", [name for name in TABLE if name != "CR in the body only"])
@pytest.mark.parametrize("line_end", [b"\r\n", b"\r"])
def test_other_line_ends(name: str, line_end: bytes) -> None:
    """The structure is the same with other line ends."""
    raw, parts, _ = TABLE[name]
    want = [(path, kind, content.replace(b"\n", line_end)) for path, kind, content in parts]
    assert want == leaves(read(raw.replace(b"\n", line_end), Limits()))


def test_declarations() -> None:
    """Type, name, charset and disposition are passed on."""
    raw = mail(
        MIXED,
        *("--b", 'Content-Type: TEXT/Plain; charset="UTF-8"', "", "one"),
        *("--b", "Content-Type: text/csv; charset=x (y); name=a.csv", "", "two"),
        *("--b", "Content-Type: image/png", "Content-Disposition: attachment", "", "three"),
        *("--b", "Content-Disposition: inline; filename=b.txt", "", "four", "--b--"),
    )
    assert read(raw, Limits()).parts == (
        Part("1", b"one", "text/plain", charset="utf-8"),
        Part("2", b"two", "text/csv", "a.csv", "x", attached=True),
        Part("3", b"three", "image/png", attached=True),
        Part("4", b"four", "text/plain", "b.txt", attached=True),
    )


def test_nested_headers_are_not_visible() -> None:
    """Recipients of a forwarded message are not recipients of this one."""
    raw = mail(
        "message/rfc822", "To: ann@x.example", "Cc: bob@y.example", "", "Hello", header="To: carl@z.example\n"
    )
    message = read(raw, Limits())
    assert [found.key for found in message.visible] == ["carl@z.example"]
    assert message.visible_in == ("To",)


@pytest.mark.parametrize(
    ("raw", "headers"),
    [
        (mail("message/rfc822", "To: a@x.example", "", "Hello"), [("1", b"To: a@x.example\n\n")]),
        (mail("message/rfc822", "", "Hello"), []),
        (mail("message/rfc822", ENCODED, header="Content-Transfer-Encoding: base64\n"),
         [("1", b"Subject: inner\n\n")]),
        (mail("message/global", "To: ä@x.example", "Content-Type: message/rfc822", "", "Cc: b@x.example"),
         [("1", "To: ä@x.example\nContent-Type: message/rfc822\n\n".encode()), ("1.1", b"Cc: b@x.example")]),
        (mail("multipart/digest; boundary=b", "--b", "", "To: a@x.example", "", "Hello", "--b--"),
         [("1", b"To: a@x.example\n\n")]),
        (mail("message/rfc822", "To: a@x.example", "no field", "Cc: b@x.example", "", "Hello"),
         [("1", b"To: a@x.example\nno field\nCc: b@x.example\n\n")]),
        (mail("text/rfc822-headers", "To: a@x.example", ""), [("1", b"To: a@x.example\n")]),
    ],
    ids=["plain", "none", "encoded", "in depth", "digest", "broken", "of a bounce"],
)  # fmt: skip
def test_headers_of_nested_messages(raw: bytes, headers: list[tuple[str, bytes]]) -> None:
    """The header of a forwarded message is a part, because recipients see it."""
    parts = read(raw, Limits()).parts
    assert [(part.path, part.content) for part in parts if part.declared == "message/rfc822"] == headers
    assert "header" not in {part.path.rpartition(".")[2] for part in parts}
