"""Well-formed mail is parsed as by the standard library and fast-mail-parser."""

import email
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8, EmailPolicy
from typing import NamedTuple

import fast_mail_parser
import pytest
from holdback.mail import Limits, read
from hypothesis import assume, given, settings
from hypothesis import strategies as st

LF = SMTP.clone(linesep="\n")
LONG_LINES = SMTP.clone(max_line_length=0)


class Leaf(NamedTuple):
    """The properties of a part that all parsers report."""

    kind: str
    name: str
    content: bytes


def by_us(raw: bytes) -> list[Leaf]:
    """Return the leaves parsed by Holdback, without headers of nested messages."""
    parts = (part for part in read(raw, Limits()).parts if part.declared != "message/rfc822")
    return [Leaf(part.declared, part.name, part.content) for part in parts]


def by_stdlib(raw: bytes) -> list[Leaf]:
    """Return the leaves parsed by the standard library with compat32."""
    leaves = [part for part in email.message_from_bytes(raw).walk() if not part.is_multipart()]
    return [
        Leaf(part.get_content_type(), part.get_filename() or "", part.get_payload(decode=True))
        for part in leaves
    ]


def attachments_by_fast_mail_parser(raw: bytes) -> list[bytes]:
    """Return the contents of attachments found by fast-mail-parser."""
    return [attachment.content for attachment in fast_mail_parser.parse_email(raw).attachments]


def shapes() -> Iterator[tuple[str, EmailMessage]]:
    """Yield mail in the structures of common programs."""
    text = "Hällo,\n\nthis is a line of text that goes on for a while.\n-- \nAnn\n"
    table = "".join(f"Ann {n},ann{n}@x.example,{n * 3}\n" for n in range(300))
    for encoding in ("7bit", "8bit", "quoted-printable", "base64"):
        message = EmailMessage()
        message.set_content(text if encoding != "7bit" else text.replace("ä", "a"), cte=encoding)
        yield f"text {encoding}", message
    message = EmailMessage()
    message.set_content(text)
    message.add_alternative(f"<p>{text}</p>", subtype="html")
    yield "alternative", message
    message = EmailMessage()
    message.set_content(text)
    message.add_alternative("<img src='cid:1'>", subtype="html")
    message.get_payload()[1].add_related(b"\x89PNG\0\1\2", "image", "png", cid="<1>")
    message.add_attachment(table, subtype="csv", filename="customers.csv")
    message.add_attachment(
        bytes(range(256)) * 40, maintype="application", subtype="zip", filename="Kündigungen.zip"
    )
    message.add_attachment(b"", maintype="application", subtype="octet-stream", filename='a "b"; c.bin')
    yield "mixed", message
    inner = EmailMessage()
    inner["Subject"] = "inner"
    inner.set_content(text)
    inner.add_attachment(table, subtype="csv", filename="x" * 200 + ".csv")
    message = EmailMessage()
    message.set_content("see below\n")
    message.add_attachment(inner)
    message.add_attachment("end\n")
    yield "forwarded", message


POLICIES: dict[str, EmailPolicy] = {"CRLF": SMTP, "LF": LF, "long lines": LONG_LINES}
SHAPES = dict(shapes())


@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES)
@pytest.mark.parametrize("shape", SHAPES)
def test_shapes(shape: str, policy: EmailPolicy) -> None:
    """Leaves, contents, types and names agree, without flaws."""
    raw = SHAPES[shape].as_bytes(policy=policy)
    assert by_stdlib(raw) == by_us(raw)
    assert read(raw, Limits()).defects == ()


@pytest.mark.parametrize("shape", SHAPES)
def test_utf8_headers(shape: str) -> None:
    """Headers in UTF-8 (RFC 6532) change nothing; compat32 cannot parse such names."""
    raw = SHAPES[shape].as_bytes(policy=SMTP)
    assert by_us(raw) == by_us(SHAPES[shape].as_bytes(policy=SMTPUTF8))


@pytest.mark.parametrize("shape", ["mixed", "alternative", "text base64"])
def test_attachments(shape: str) -> None:
    """Attachments found by fast-mail-parser are among our parts, byte for byte."""
    raw = SHAPES[shape].as_bytes(policy=SMTP)
    contents = [part.content for part in read(raw, Limits()).parts]
    assert [found for found in attachments_by_fast_mail_parser(raw) if found not in contents] == []


subjects = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), max_size=80).map(
    lambda text: " ".join(text.split())
)
contents = st.binary(max_size=300)
lines = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0"), max_size=90)
texts = st.lists(lines, max_size=6).map(lambda found: "\n".join((*found, "")))


@st.composite
def mails(draw: st.DrawFn) -> tuple[EmailMessage, list[bytes]]:
    """Generate a message of any depth, and the contents of its binary attachments."""
    message = EmailMessage()
    message["Subject"] = draw(subjects)
    message["To"] = "ann@x.example"
    message.set_content(draw(texts), cte=draw(st.sampled_from(["base64", "quoted-printable", "8bit"])))
    if draw(st.booleans()):
        message.add_alternative(draw(texts), subtype="html")
    binary = draw(st.lists(contents, max_size=4))
    for content in binary:
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename="x.bin")
    for _ in range(draw(st.integers(0, 2))):
        outer = EmailMessage()
        outer["Subject"] = message["Subject"]
        outer.set_content("forwarded\n")
        outer.add_attachment(message)
        message = outer
    return message, binary


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(mails(), st.sampled_from([SMTP, LF]))
def test_generated(mail: tuple[EmailMessage, list[bytes]], policy: EmailPolicy) -> None:
    """Mail written by the standard library is parsed alike, to the last byte."""
    message, binary = mail
    raw = message.as_bytes(policy=policy)
    found = by_us(raw)
    assert by_stdlib(raw) == found
    assert binary == [leaf.content for leaf in found if leaf.name == "x.bin"]


@settings(max_examples=200, deadline=None)
@given(subjects)
def test_subject(subject: str) -> None:
    """A subject is decoded to the original; fast-mail-parser agrees where it can."""
    message = EmailMessage()
    message["Subject"] = subject
    message.set_content("x")
    raw = message.as_bytes(policy=SMTP)
    # When it folds, the standard library may write a blank between two encoded words, where it is lost.
    assume(str(email.message_from_bytes(raw, policy=SMTP)["Subject"]) == subject)
    assert subject == read(raw, Limits()).subject


def test_subject_agrees() -> None:
    """Three parsers return the same subject."""
    message = EmailMessage()
    message["Subject"] = (
        "Grüße aus München und von überall sonst, wo Umlaute wachsen und lange Zeilen gedeihen"
    )
    message.set_content("x")
    raw = message.as_bytes(policy=SMTP)
    assert str(message["Subject"]) == read(raw, Limits()).subject == fast_mail_parser.parse_email(raw).subject


names = st.text(st.characters(exclude_characters='@＠"\r\n', exclude_categories=["Cs"]), max_size=20)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(names, st.integers(0, 999)), min_size=1, max_size=60))
def test_visible(people: list[tuple[str, int]]) -> None:
    """Recipients are found with any display name."""
    named = [(name, f"person{number}@firm{number}.example") for name, number in people]
    raw = "To: " + ", ".join(f'"{name}" <{who}>' for name, who in named) + "\n\n"
    want = list(dict.fromkeys(who for _, who in named))
    assert want == [found.key for found in read(raw.encode(), Limits()).visible]
