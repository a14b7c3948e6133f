"""The header section: its end, its fields, and that no text is lost."""

import pytest
from holdback.mail import Flaw, Limits, Message, read

HEADER = [b"To: ann@x.example", b"Subject: Hello", b"X-Thing: 1"]
BODY = b"The body."


def flaws(message: Message) -> list[str]:
    """Return flaws in order, with their places."""
    return [str(defect) for defect in message.defects]


@pytest.mark.parametrize("line_end", [b"\r\n", b"\n", b"\r", b"\r\r\n"])
def test_line_ends(line_end: bytes) -> None:
    """CRLF, LF, CR and CR CR LF end a line; the last two are flaws."""
    message = read(line_end.join((*HEADER, b"", BODY)), Limits())
    assert [found.key for found in message.visible] == ["ann@x.example"]
    assert (message.subject, [part.content for part in message.parts]) == ("Hello", [BODY])
    assert flaws(message) == (["bare_cr (header)"] if line_end in (b"\r", b"\r\r\n") else [])


@pytest.mark.parametrize("blank", [b"\n\n", b"\n\r\n", b"\r\n\r\n", b"\r\n\n"])
def test_mixed_line_ends(blank: bytes) -> None:
    """The blank line may have another line end than the line before it."""
    message = read(b"Subject: Hello" + blank + BODY, Limits())
    assert (message.subject, [part.content for part in message.parts]) == ("Hello", [BODY])


TABLE = {
    "header only": (b"Subject: Hello", "Hello", [("1", b"")], []),
    "header only, line end": (b"Subject: Hello\r\n", "Hello", [("1", b"")], []),
    "body only": (b"\r\nThe body.", "", [("1", BODY)], []),
    "nothing": (b"", "", [("1", b"")], []),
    "one line of text": (b"The body.", "", [("1", BODY)], ["no_header_end (header)"]),
    "text without header": (
        b"The body.\nName: Ann\nand more",
        "",
        [("1", b"The body.\nName: Ann\nand more")],
        ["no_header_end (header)"],
    ),
    "blank line missing": (
        b"Subject: Hello\nThe body.\nNote: all of it.\n\nBye.",
        "Hello",
        [("1", b"The body.\nNote: all of it.\n\nBye.")],
        ["no_header_end (header)"],
    ),
    "junk amid the header": (
        b"To: x\njunk without colon\nand more\nSubject: Hello\n\nThe body.",
        "Hello",
        [("header", b"junk without colon\nand more"), ("1", BODY)],
        ["broken_header (header)"],
    ),
    "text quoting a header": (
        b"Date: today\nLook:\nName: Ann\nhere it was\nSubject: Hello\n\nThe body.",
        "Hello",
        [("header", b"here it was"), ("1", BODY)],
        ["broken_header (header)"],
    ),
    "mbox line": (b"From ann@x.example Mon Jan 1\nSubject: Hello\n\nThe body.", "Hello", [("1", BODY)], []),
    "quoted mbox line": (b">From ann@x.example\nSubject: Hello\n\nThe body.", "Hello", [("1", BODY)], []),
    "blank line with blanks": (
        b"Subject: Hello\n \t\nName: Ann\n",
        "Hello",
        [("1", b" \t\nName: Ann\n")],
        ["no_header_end (header)"],
    ),
    "indented first field": (b" Subject: Hello\n\nThe body.", "Hello", [("1", BODY)], []),
    "continuation first": (
        b" continued\nSubject: Hello\n\nThe body.",
        "Hello",
        [("header", b" continued"), ("1", BODY)],
        ["broken_header (header)"],
    ),
    "blank before colon": (b"Subject : Hello\n\nThe body.", "Hello", [("1", BODY)], []),
    "no name": (
        b": x\nSubject: Hello\n\nThe body.",
        "Hello",
        [("header", b": x"), ("1", BODY)],
        ["broken_header (header)"],
    ),
    "second subject": (
        b"Subject: Hello\nSubject: again\n\nThe body.",
        "Hello",
        [("1", BODY)],
        ["duplicate_header (header)"],
    ),
    "NUL": (b"Subject: Hel\0lo\n\nThe body.", "Hel lo", [("1", BODY)], ["nul (message)"]),
    "broken word": (
        b"Subject: =?x-no?Q?Hello?=\n\nThe body.",
        "Hello",
        [("1", BODY)],
        ["broken_encoded_word (header)"],
    ),
}


@pytest.mark.parametrize(("raw", "subject", "parts", "want"), TABLE.values(), ids=TABLE)
def test_section(raw: bytes, subject: str, parts: list[tuple[str, bytes]], want: list[str]) -> None:
    """The section ends where a reader expects it; lines that belong to neither header nor body are text."""
    message = read(raw, Limits())
    assert (subject, parts) == (message.subject, [(part.path, part.content) for part in message.parts])
    assert want == flaws(message)


def test_unindented_continuation() -> None:
    """Addresses on unindented continuation lines count as recipients, and remain text."""
    raw = b"To: ann@x.example,\nbob@y.example,\ncarl@z.example\nSubject: Hello\n\nThe body."
    message = read(raw, Limits())
    assert [found.key for found in message.visible] == ["ann@x.example", "bob@y.example", "carl@z.example"]
    assert message.parts[0].content == b"bob@y.example,\ncarl@z.example"


def test_delimiter_ends_header() -> None:
    """A delimiter directly after the header, without a blank line."""
    raw = b'Content-Type: multipart/mixed; boundary="b"\n--b\nContent-Type: text/csv\n\na,b\n--b--\n'
    message = read(raw, Limits())
    assert [(part.path, part.declared, part.content) for part in message.parts] == [("1", "text/csv", b"a,b")]
    assert [defect.flaw for defect in message.defects] == [Flaw.NO_HEADER_END]


@pytest.mark.parametrize(
    ("header", "want"),
    [
        (b"Message-ID: <1@x.example>", "<1@x.example>"),
        (b"message-id:\r\n <1@x.example>", "<1@x.example>"),
        (b"Message-ID: <1@x.example>\r\nMessage-ID: <2@x.example>", "<1@x.example>"),
        (b"Message-ID: no brackets", "no brackets"),
        (b"Resent-Message-ID: <1@x.example>", ""),
    ],
)
def test_message_id(header: bytes, want: str) -> None:
    """The first Message-ID as written."""
    assert want == read(header + b"\r\n\r\n", Limits()).message_id


def test_long_header() -> None:
    """The header is parsed to the limit, and the body is still found."""
    raw = b"To: ann@x.example\r\nX-Long: " + b"x" * 5_000 + b"\r\nCc: bob@y.example\r\n\r\nThe body."
    message = read(raw, Limits(header_bytes=1_000))
    assert [found.key for found in message.visible] == ["ann@x.example"]
    assert [part.content for part in message.parts] == [BODY]
    assert flaws(message) == ["over_limit (header)"]
    assert read(raw, Limits()).visible_in == ("To", "Cc")


@pytest.mark.parametrize("most", range(20, 44))
def test_cut_header(most: int) -> None:
    """At any position of the limit, the body is found."""
    raw = b"To: ann@x.example\nSubject: x\n folded\nCc: bob@y.example\n\nThe body."
    assert [part.content for part in read(raw, Limits(header_bytes=most)).parts] == [BODY]


def test_endless_line() -> None:
    """Text without line ends is a body, with any limit of the header."""
    message = read(b"x" * 5_000, Limits(header_bytes=1_000))
    assert [part.content for part in message.parts] == [b"x" * 5_000]


def test_endless_header() -> None:
    """Text after the limit of an unterminated header is the body."""
    message = read(b"Subject: " + b"x" * 991 + b"Name: Ann\r\nand more", Limits(header_bytes=1_000))
    assert [part.content for part in message.parts] == [b"Name: Ann\r\nand more"]
    assert flaws(message) == ["over_limit (header)"]
