"""Properties for all inputs: parsing never raises, respects its limits, and finds all addresses."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from holdback.mail import Limits, Message, read
from holdback.mail.header_section import read_section
from hypothesis import given, settings
from hypothesis import strategies as st
from rig.public_samples import sample_files

pytestmark = pytest.mark.slow

LIMITS = Limits(bytes=20_000, header_bytes=5_000, parts=20, depth=5)
VISIBLE = ["To", "Cc", "Bcc", "Resent-To", "Resent-Cc", "Resent-Bcc"]

FRAGMENTS = [
    *(
        b"\r\n",
        b"\n",
        b"\r",
        b"\r\n\r\n",
        b"\n\n",
        b" ",
        b"\t",
        b"\0",
        b"\xff",
        b";",
        b":",
        b'"',
        b"=",
        b"(",
        b"<",
        b"@",
    ),
    *(
        b"--b",
        b"--b--",
        b"--",
        b"\n--b\n",
        b"\n--b--\n",
        b"\n\n--c\n\n",
        b"boundary=b",
        b'boundary="c"',
        b"boundary",
    ),
    *(
        b"Content-Type: ",
        b"multipart/mixed; ",
        b"multipart/digest; ",
        b"message/rfc822",
        b"text/plain; charset=x",
    ),
    *(
        b"Content-Transfer-Encoding: ",
        b"base64",
        b"quoted-printable",
        b"x-uuencode",
        b"QUJD",
        b"QQ==",
        b"=41",
        b"=\n",
    ),
    *(
        b"begin 644 x\n",
        b"#86)C\n",
        b"`\nend\n",
        b"To: ",
        b"Subject: ",
        b"ann@x.example",
        b"=?utf-8?Q?",
        b"?=",
        b"=?a?b?",
    ),
    *(
        b"; name*0*=utf-8''%41",
        b"; name*1=",
        b'; filename="',
        b"From x\n",
        b"Content-Disposition: attachment",
    ),
]
fragments = st.lists(st.sampled_from(FRAGMENTS) | st.binary(max_size=8), max_size=60).map(b"".join)


def check(message: Message, limits: Limits) -> None:
    """Assert the properties of every message."""
    assert sum(len(part.content) for part in message.parts) <= limits.bytes
    assert len(message.defects) <= 100
    assert len(message.parts) <= 2 * limits.parts + 3
    assert len({found.key for found in message.visible}) == len(message.visible)
    assert bool(message.visible) == bool(message.visible_in)
    first = [name for name in VISIBLE if name in message.visible_in]
    assert list(message.visible_in[: len(first)]) == first
    assert message.visible[: len(message.recipients)] == message.recipients


@settings(max_examples=400, deadline=None)
@given(st.binary(max_size=2_000))
def test_random_bytes(raw: bytes) -> None:
    """Any bytes can be parsed."""
    check(read(raw, LIMITS), LIMITS)


@settings(max_examples=1_000, deadline=None)
@given(fragments)
def test_fragments(raw: bytes) -> None:
    """Fragments of mail in any order, with small and large limits."""
    tight = Limits(bytes=100, header_bytes=40, parts=3, depth=2)
    for limits in (LIMITS, tight, Limits(bytes=0, header_bytes=0, parts=0, depth=0)):
        check(read(raw, limits), limits)


LINES = [
    *(
        b"To: ann@x.example",
        b"subject : x",
        b"CC:",
        b"X-Thing: 1",
        b"Date: today",
        b"Content-Type: text/plain;",
    ),
    *(b" folded", b"\tfolded: too", b"   ", b"\t", b"", b"\x0b", b" \x0b", b"\x0bTo: bob@x.example"),
    *(b"no colon", b"two words: x", b":", b"To\0: cy@x.example", b"\xff: x", b"--b", b"--b: x", b"From y"),
]
line_ends = st.sampled_from([b"\r\n", b"\r\n", b"\n", b"\n", b"\r"])
lines = st.tuples(st.sampled_from(LINES), line_ends).map(b"".join)


@settings(max_examples=2_000, deadline=None)
@given(st.lists(lines, max_size=9).map(b"".join))
def test_orderly_headers(header: bytes) -> None:
    """Headers are read alike in one step and line by line, as below the From line of an mbox."""
    above, header = b"From x\r\n", b"A: b\r\n" + header
    fast = read_section(header, 0, len(header), 1_000)
    slow = read_section(above + header, 0, len(above + header), 1_000)
    assert list(fast.fields) == list(slow.fields)
    assert fast[1:] == (slow.first, slow.body - len(above), slow.stray, slow.flaws, slow.others)


MAIL = b"""Received: from a by b; Mon, 1 Jan 2024 00:00:00 +0000
From: "Ann" <ann@corp.example>
To: Bob <bob@x.example>
Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="b"

This is a multi-part message in MIME format.
--b
Content-Type: multipart/alternative; boundary="c"

--c
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

Gr=C3=BC=C3=9Fe
--c
Content-Type: text/html

<p>Hello
--c--
--b
Content-Type: text/csv; name*=utf-8''%C3%BC.csv
Content-Disposition: attachment; filename="list.csv"
Content-Transfer-Encoding: base64

bmFtZSxlbWFpbApBbm4sYW5uQHguZXhhbXBsZQo=
--b
Content-Type: message/rfc822

Subject: inner

begin 644 a.txt
#86)C
`
end
--b--
"""


@settings(max_examples=500, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, len(MAIL)), st.integers(0, 40), st.sampled_from(FRAGMENTS)), max_size=6)
)
def test_mutated(changes: list[tuple[int, int, bytes]]) -> None:
    """Mail with bytes removed and inserted."""
    raw = MAIL
    for at, size, fragment in changes:
        raw = raw[:at] + fragment + raw[at + size :]
    check(read(raw, LIMITS), LIMITS)


@pytest.mark.parametrize("at", range(0, len(MAIL), 7))
def test_cut(at: int) -> None:
    """Mail truncated anywhere: text and list are found once they are complete."""
    message = read(MAIL[:at], Limits())
    contents = b"".join(part.content for part in message.parts)
    assert (at >= MAIL.index(b"\n--c\nContent-Type: text/html")) <= ("Grüße".encode() in contents)
    assert (at >= MAIL.index(b"\n--b\nContent-Type: message")) <= (b"Ann,ann@x.example" in contents)


junk = st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=30)
separators = st.sampled_from([", ", ";", " ", "\r\n ", ",\n\t", " <", "> ", ' "', '", ', " (", ") ", ": "])


@settings(max_examples=500, deadline=None)
@given(
    st.sampled_from(VISIBLE),
    st.lists(st.tuples(separators, junk, separators), min_size=1, max_size=20),
    st.sampled_from([str.lower, str.upper, str.title]),
)
def test_all_addresses_are_found(
    field: str, around: list[tuple[str, str, str]], case: Callable[[str], str]
) -> None:
    """Inserted addresses are found in each visible field, with any text between them."""
    people = [f"person{number}@firm{number}.example" for number in range(len(around))]
    value = "".join(
        f"{before}{text}{behind}{who}" for who, (before, text, behind) in zip(people, around, strict=True)
    )
    raw = f"Subject: x\r\n{case(field)}: {value}\r\nX-Last: y\r\n\r\nbody".encode()
    message = read(raw, Limits())
    assert set(people) <= {found.key for found in message.visible}
    assert field in message.visible_in


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60), st.integers(0, 10))
def test_encoded_list_is_found(noise: bytes, seed: int) -> None:
    """A base64 list is found in any multipart that is damaged outside of it."""
    clean = noise.replace(b"-", b"").replace(b"\0", b"")
    part = b"Content-Type: text/csv\nContent-Transfer-Encoding: base64\n\nQW5uLGFubkB4LmV4YW1wbGU=\n"
    kind = random.Random(seed).choice(
        [b'multipart/mixed; boundary="b"', b"multipart/x; boundary=b", b"multipart/mixed"]
    )
    raw = b"Content-Type: " + kind + b"\n\n" + clean + b"\n--b\n" + part + b"--b--\n" + clean
    assert b"Ann,ann@x.example" in [part.content for part in read(raw, Limits()).parts]


@pytest.mark.parametrize("path", sample_files("mime/*"), ids=lambda path: path.name)
def test_samples(path: Path) -> None:
    """Malformed mail from other projects is parsed, whole and truncated."""
    raw = path.read_bytes()
    for size in (len(raw), len(raw) // 2, len(raw) // 3):
        check(read(raw[:size], Limits()), Limits())
