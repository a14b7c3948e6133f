"""Mail files: a single message, or a mailbox."""

import base64

import pytest
from holdback.documents import Budget, open_parts
from holdback.documents.document import Unreadable
from holdback.mail import Limits, read
from rig.opening import disclosed_by, opened, people_in, unreadable_in, words_in
from rig.people import LANGUAGES, Person, parts_list, people

CSV = "\n".join(";".join(person.row) for person in people(25)).encode()
BOUNDARY = b"Content-Type: multipart/mixed; boundary=b\r\n"


def header(person: Person, subject: str = "Hello") -> bytes:
    people = f"From: {person.name} <{person.email}>\r\nTo: Bob Jones <bob@reader.example>\r\n"
    return f"Subject: {subject}\r\n{people}".encode()


ANN = people(1)[0]
HEAD = header(ANN)


def mail(*parts: bytes, head: bytes = HEAD) -> bytes:
    """Return a message with these parts, each with its own header."""
    return head + BOUNDARY + b"\r\n" + b"".join(b"--b\r\n" + part + b"\r\n" for part in parts) + b"--b--\r\n"


def attached(content: bytes, kind: str = "text/csv", name: str = "list.csv") -> bytes:
    head = f"Content-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\n"
    head += f'Content-Disposition: attachment; filename="{name}"\r\n\r\n'
    return head.encode() + base64.encodebytes(content)


def nested(content: bytes, encoding: str = "7bit") -> bytes:
    head = f"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n".encode()
    return head + (base64.encodebytes(content) if encoding == "base64" else content)


def test_parts_of_a_message() -> None:
    """Parts are named by file name, or by position."""
    content = mail(b"\r\nHello", attached(CSV))
    assert [document.where for document in opened(content, "mail.eml")] == [
        "part 2, mail.eml",
        "part 2, mail.eml > part 1",
        "part 2, mail.eml > list.csv",
    ]


@pytest.mark.parametrize(
    ("content", "count"),
    [
        (mail(attached(CSV)), 25 + 1),
        (mail(nested(mail(attached(CSV)))), 25 + 1),
        (mail(nested(mail(attached(CSV)), "base64")), 25 + 1),
        (mail(attached(mail(attached(CSV)), "application/octet-stream", "mail.eml")), 25 + 1),
        (
            HEAD + b"Content-Type: multipart/digest; boundary=b\r\n\r\n--b\r\n\r\n" + HEAD + b"\r\n" + CSV,
            25 + 1,
        ),
        (mail(attached(CSV)).replace(b"\r\n", b"\n"), 25 + 1),
        (HEAD + b"\r\n" + CSV, 25 + 1),
        (HEAD + b"\r\n" + "\n".join(";".join(row) for row in parts_list(99)).encode(), 1 + 1),
    ],
    ids=["attached", "nested", "encoded", "file", "digest", "lf", "body", "parts"],
)
def test_list_in_a_message(content: bytes, count: int) -> None:
    """A list is found in any part; its author is one of the people, Bob another."""
    assert count == people_in(content)


def mailbox(language: str, count: int) -> bytes:
    messages = [
        b"From MAILER Mon Nov 16 09:00:00 2026\n" + header(person) + b"\r\nI have a question.\r\n\r\n"
        for person in people(count, language)
    ]
    return b"".join(messages)


@pytest.mark.parametrize("language", LANGUAGES)
def test_mailbox_of_customers(language: str) -> None:
    """Mails of fifty customers disclose fifty customers."""
    found = disclosed_by(*opened(mailbox(language, 50), "inbox"))
    assert len(found.people) == 50 + 1


def people_inside(*parts: bytes) -> tuple[int, int]:
    """Return people in records and bare addresses of a message of ours with these parts."""
    message = read(mail(*parts, head=b"From: jane@corp.example\r\n"), Limits())
    found = disclosed_by(*open_parts(message.parts, Budget(Limits(), lambda: True)))
    return len(found.people), len(found.bare)


@pytest.mark.parametrize("kind", ["message/rfc822", "message/global", "application/octet-stream"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_forwards_count_alike_whatever_they_are_called(kind: str, language: str) -> None:
    """Fifty mails forwarded as message/rfc822 and as files disclose the same people."""
    head = f"Content-Type: {kind}\r\n\r\n".encode()
    forwards = [
        head + header(one) + b"Date: today\r\n\r\nI have a question.\r\n" for one in people(50, language)
    ]
    if kind == "application/octet-stream":
        forwards = [attached(one.removeprefix(head), kind, "mail.eml") for one in forwards]
    assert people_inside(*forwards) == (50 + 1, 0)


_READERS = b", ".join(f"{one.name} <{one.email}>".encode() for one in people(120, "de"))
_ADDRESSED = HEAD.replace(b"Bob Jones <bob@reader.example>", _READERS)


@pytest.mark.parametrize(
    "part",
    [
        nested(_ADDRESSED + b"\r\nHello"),
        nested(_ADDRESSED + b"\r\nHello", "base64"),
        nested(nested(_ADDRESSED + b"\r\nHello")),
        nested(_ADDRESSED),
        attached(
            mail(nested(_ADDRESSED + b"\r\nHello"), head=b"From: x\r\nTo: y\r\nDate: z\r\n"),
            "application/octet-stream",
            "mail.eml",
        ),
        b"Content-Type: text/rfc822-headers\r\n\r\n" + _ADDRESSED,
        b"Content-Type: message/partial; id=a; number=1; total=2\r\n\r\n" + _ADDRESSED + b"\r\nHello",
    ],
    ids=["plain", "encoded", "in depth", "header only", "in a file", "of a bounce", "a piece"],
)
def test_readers_of_a_forwarded_mail(part: bytes) -> None:
    """One record for the first recipient, addresses for the others, however it is forwarded."""
    assert people_inside(part) == (2, 119)


@pytest.mark.parametrize("number", [1, 2])
def test_pieces_of_a_message(number: int) -> None:
    """Content of a message/partial counts, and it is reported as incomplete (RFC 2046 section 5.2.2)."""
    head = f"Content-Type: message/partial; id=a; number={number}; total=2\r\n\r\n".encode()
    piece = HEAD + b"\r\n" + CSV if number == 1 else CSV
    (part,) = read(head + piece, Limits()).parts
    documents = open_parts((part,), Budget(Limits(), lambda: True))
    assert len(disclosed_by(*documents).people) == (25 + 1 if number == 1 else 25)
    assert [why for document in documents for why in document.unreadable] == [Unreadable.UNSUPPORTED]


def test_forwarded_mail_is_a_conversation() -> None:
    """All people but the author and the first recipient are addresses, not records."""
    readers = b", ".join(f"{one.name} <{one.email}>".encode() for one in people(120, "de"))
    found = disclosed_by(*opened(HEAD.replace(b"Bob Jones <bob@reader.example>", readers) + b"\r\nHello"))
    assert (len(found.people), len(found.bare)) == (2, 119)


@pytest.mark.parametrize(
    ("line", "messages"),
    [
        (b"From ann@shop.example Mon Nov 16 09:00:00 2026\n", 2),
        (b"From now on we meet at 9.\n", 1),
        (b">From ann@shop.example Mon Nov 16 09:00:00 2026\n", 1),
    ],
)
def test_where_a_message_of_a_mailbox_begins(line: bytes, messages: int) -> None:
    """At `From ` followed by a header."""
    follows = HEAD if messages == 2 else b"All of us.\n"
    content = b"From x Mon Nov 16 09:00:00 2026\n" + HEAD + b"\nHello\n\n" + line + follows + b"\nBye\n"
    names = [document.name for document in opened(content, "inbox")]
    assert ["inbox", *(f"message {number}, part 1" for number in range(1, messages + 1))] == names


@pytest.mark.parametrize(
    "field",
    [
        'From: "Jones, Bob" <bob@x.example>',
        "From: bob@x.example (Bob Jones)",
        "Cc: ann@y.example,Bob Jones<bob@x.example>",
    ],
)
def test_people_in_a_header(field: str) -> None:
    """Names and addresses in all spellings."""
    words = words_in(opened(f"{field}\r\nDate: x\r\nSubject: y\r\n\r\nHello".encode()))
    assert "bob@x.example" in words


def test_encrypted_mail() -> None:
    """PGP/MIME (RFC 3156) is reported as encrypted once."""
    sealed = b"-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA\r\n-----END PGP MESSAGE-----\r\n"
    content = mail(
        b"Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n",
        b"Content-Type: application/octet-stream; name=encrypted.asc\r\n\r\n" + sealed,
        head=HEAD,
    )
    whys = [str(why) for document in opened(content) for why in document.unreadable]
    assert whys == ["encrypted"]


@pytest.mark.parametrize("limits", [Limits(entries=5), Limits(bytes=2000), Limits(depth=3)])
def test_limits(limits: Limits) -> None:
    """Thousands of messages, or deeply nested ones, end at the limits, which is reported."""
    content = mailbox("en", 100)
    for _ in range(6):
        content = mail(attached(content, "application/octet-stream", "mail.eml"))
    assert "over_limit" in unreadable_in(content, limits=limits)


def test_parts_need_no_cells() -> None:
    """A message is opened although an earlier document used up all cells."""
    documents = opened(mail(attached(b"info@hidden.example")), limits=Limits(cells=0))
    assert "info@hidden.example" in words_in(documents)


def test_store_of_outlook() -> None:
    """A .pst file is an unsupported format."""
    assert {"unsupported"} == unreadable_in(b"!BDN" + bytes(range(256)) * 20)


@pytest.mark.parametrize(
    "above",
    [b"", b"From ann@shop.example Mon Nov 16 09:00:00 2026\r\n", b"\r\n", b"48213     \n", b"\xef\xbb\xbf"],
)
def test_a_page_in_a_mail_does_not_make_it_a_page(above: bytes) -> None:
    """The list next to it and the author count, with any text before the header."""
    page = b"Content-Type: text/html\r\n\r\n<html><table><tr><td>Hello</td></tr></table></html>"
    assert 25 + 1 == people_in(above + mail(page, attached(CSV)))
