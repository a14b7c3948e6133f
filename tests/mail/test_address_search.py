"""Addresses in header fields: hostile spellings hide no address, near misses are not counted."""

import pytest
from holdback.mail import Limits, read
from holdback.mail.address import address
from holdback.mail.address_search import addresses_in
from hypothesis import given
from hypothesis import strategies as st

ANN, BOB, CARL = "ann@x.example", "bob@y.example", "carl@z.example"


def keys(value: str | bytes) -> list[str]:
    """Return the distinct keys in order."""
    raw = value.encode() if isinstance(value, str) else value
    return list(dict.fromkeys(address(written).key for written in addresses_in(raw)))


HITS = {
    "plain": ("ann@x.example", [ANN]),
    "angle": ("Ann Example <ann@x.example>", [ANN]),
    "doubled angle": ("<<ann@x.example>>", [ANN]),
    "unclosed angle": ("Ann <ann@x.example, bob@y.example", [ANN, BOB]),
    "own address as display name": ('"ann@x.example" <ann@x.example>', [ANN]),
    "another address as display name": ('"bob@y.example" <ann@x.example>', [BOB, ANN]),
    "unclosed quote": ('"Ann <ann@x.example>, bob@y.example, Carl <carl@z.example>', [ANN, BOB, CARL]),
    "semicolons": ("ann@x.example;bob@y.example ; carl@z.example", [ANN, BOB, CARL]),
    "blanks only": ("ann@x.example bob@y.example\tcarl@z.example", [ANN, BOB, CARL]),
    "pipes": ("ann@x.example|bob@y.example", [ANN, BOB]),
    "nothing between": ("<ann@x.example><bob@y.example>", [ANN, BOB]),
    "group": ("Friends: ann@x.example, Bob <bob@y.example>;", [ANN, BOB]),
    "group without blank": ("Friends:ann@x.example,bob@y.example;", [ANN, BOB]),
    "comment with address": ("Ann (bob@y.example) <ann@x.example>", [BOB, ANN]),
    "comment before at": ("ann(home)@x.example", [ANN]),
    "comment behind at": ("ann@(home)x.example", [ANN]),
    "comments in comments": ("ann(at (my) home)@(cosy (very)) x.example (Ann)", [ANN]),
    "comments between": ("ann@x.example(Ann)bob@y.example", [ANN, BOB]),
    "blanks around at": ("ann @ x.example, bob@ y.example", [ANN, BOB]),
    "blank in angle": ("Ann <ann @x.example>", [ANN]),
    "unclosed comment": ("Ann (ann@x.example, bob@y.example", [ANN, BOB]),
    "single quotes": ("'ann@x.example'", [ANN]),
    "typographic quotes": ("“ann@x.example” „bob@y.example‟", [ANN, BOB]),
    "mailto": ('"Ann" <mailto:ann@x.example>', [ANN]),
    "trailing dot": ("ann@x.example.", [ANN]),
    "source route": ("<@a.example,@b.example:ann@x.example>", [ANN]),
    "percent route": ("ann%x.example@relay.example", ["ann%x.example@relay.example"]),
    "bang path": ("host!ann@x.example", ["host!ann@x.example"]),
    "quoted name with blank": ('"ann smith"@x.example', ["ann smith@x.example"]),
    "quoted name with at": ('"ann@home"@x.example', ["ann@home@x.example"]),
    "quoted pair": ("ann\\@x.example", [ANN]),
    "apostrophe": ("o'brien@x.example", ["o'brien@x.example"]),
    "dot before at": ("ann.@x.example", ["ann.@x.example"]),
    "address literal": (
        "ann@[192.0.2.1], bob@[IPv6:2001:db8::1]",
        ["ann@[192.0.2.1]", "bob@[ipv6:2001:db8::1]"],
    ),
    "underscore": ("ann@x_y.example", ["ann@x_y.example"]),
    "internationalised": ("josé@bücher.example", ["josé@xn--bcher-kva.example"]),
    "combining marks": ("नाम@हिन्दी.example", ["नाम@xn--j2bd4cyah0f.example"]),
    "A-labels": ("ann@xn--bcher-kva.example", ["ann@xn--bcher-kva.example"]),
    "full width": ("ann＠x。example", [ANN]),
    "zero width": ("ann@x.exa\u200bmple", [ANN]),
    "NUL": ("ann@x.exa\0mple", [ANN]),
    "Q word": ("=?utf-8?Q?ann=40x.example?=", [ANN]),
    "B word": ("=?utf-8?B?YW5uQHguZXhhbXBsZQ==?=", [ANN]),
    "B word without padding": ("=?utf-8?B?YW5uQHguZXhhbXBsZQ?=", [ANN]),
    "two words": ("=?utf-8?Q?ann?= =?utf-8?Q?=40x.example?=", [ANN]),
    "word as name": ("=?utf-8?Q?ann?=@x.example", ["ann@x.example"]),
    "language": ("=?utf-8*en?Q?ann=40x.example?=", [ANN]),
    "UTF-7": ("=?utf-7?Q?ann+AEA-x.example?=", [ANN]),
    "unknown character set": ("=?x-none?Q?ann=40x.example?=", [ANN]),
    "raw at in word": ("=?utf-8?Q?Ann_ann@x.example?=", [ANN]),
    "word touching": ("ann@x.example=?utf-8?Q?_Ann?=", [ANN]),
    "unclosed word": ("=?utf-8?Q?ann@x.example", [ANN]),
    "quotes in word": ("=?utf-8?Q?=22Ann=22_=3Cann=40x.example=3E?= <bob@y.example>", [ANN, BOB]),
    "Latin-1 bytes": (b"J\xfcrgen <ann@x.example>", [ANN]),
    "broken UTF-8": (b"\xff\xfe<ann@x.example>\xc3", [ANN]),
}

MISSES = {
    "prose": "meet @ 5",
    "prose with dot": "meet @ 5.30",
    "lonely letters": "a @ b",
    "no domain": "user@",
    "no name": "@domain",
    "no name, dotted": "@domain.example",
    "local host": "foo@localhost",
    "numbers": "5@7.30",
    "bare IP address": "ann@192.0.2.1",
    "empty label": "ann@x..example",
    "leading dot": "ann@.example",
    "one-letter top": "ann@x.e",
    "empty group": "undisclosed-recipients:;",
    "blank at in a display name": '"Sale @ shop.example"',
    "blank at before an angle": "Sale @ shop.example <local>",
    "word without at": "=?utf-8?Q?J=C3=BCrgen?=",
    "empty": "",
    "at alone": "@",
    "many ats": "@@@@ @ @@",
}


@pytest.mark.parametrize(("value", "want"), HITS.values(), ids=HITS)
def test_hit(value: str | bytes, want: list[str]) -> None:
    """Each visible address is found, once a key."""
    assert want == keys(value)


@pytest.mark.parametrize("value", MISSES.values(), ids=MISSES)
def test_near_miss(value: str) -> None:
    """Text that only resembles an address."""
    assert keys(value) == []


@pytest.mark.parametrize("opening", ['"', "(", "<", "Friends:", '"a" <', "=?utf-8?Q?", "\\", "((((", "[", ""])
@pytest.mark.parametrize("between", [", ", "; ", ",\r\n ", "\r\n\t", " "])
def test_five_hundred_after_anything_unclosed(opening: str, between: str) -> None:
    """An unclosed quote, bracket or comment hides none of the 500 addresses after it."""
    people = [f"person{number}@firm{number}.example" for number in range(500)]
    raw = f"To: {opening}{between.join(people)}\r\n\r\n".encode()
    assert people == [found.key for found in read(raw, Limits()).visible]


def test_twenty_thousand() -> None:
    """20,000 addresses in one folded field."""
    people = [f"person{number}@firm{number % 999}.example" for number in range(20_000)]
    raw = (
        "To: " + ",\r\n ".join(f'"Person, {n}" <{who}>' for n, who in enumerate(people)) + "\r\n\r\n"
    ).encode()
    assert people == [found.key for found in read(raw, Limits()).visible]


@pytest.mark.parametrize(
    ("header", "visible", "names"),
    [
        ("To: ann@x.example", [ANN], ("To",)),
        ("tO : ann@x.example", [ANN], ("To",)),
        ("Cc: bob@y.example\r\nTo: ann@x.example", [BOB, ANN], ("To", "Cc")),
        ("To: ann@x.example\r\nTo: bob@y.example", [ANN, BOB], ("To",)),
        ("To: ann@x.example\r\nCc: ANN+tag@X.example", [ANN], ("To", "Cc")),
        ("Bcc: ann@x.example", [ANN], ("Bcc",)),
        ("Resent-To: ann@x.example\r\nResent-Cc: bob@y.example", [ANN, BOB], ("Resent-To", "Resent-Cc")),
        ("Resent-Bcc: ann@x.example", [ANN], ("Resent-Bcc",)),
        ("To: ann@x.example,\r\n\tbob@y.example,\r\n carl@z.example", [ANN, BOB, CARL], ("To",)),
        ("To:\r\n ann@x.example", [ANN], ("To",)),
        ("To: ann@x.example,\r\nbob@y.example\r\nSubject: x", [ANN, BOB], ("To",)),
        ("To: ann@x.example\r\nbob@y.example\r\nSubject: x", [ANN, BOB], ("To",)),
        ("To: ann@x.example,\r\n \r\n bob@y.example\r\nSubject: x", [ANN, BOB], ("To",)),
        ("To\0: ann@x.example", [ANN], ("To",)),
        ("Subject: x\r\nTo: ann@x.example\rbob@y.example", [ANN, BOB], ("To",)),
        ("Subject: x\rTo: ann@x.example\r\nCc: bob@y.example", [ANN, BOB], ("To", "Cc")),
        ("To: undisclosed-recipients:;", [], ()),
        ("From: ann@x.example", [], ()),
        ("Reply-To: ann@x.example", [], ()),
        ("In-Reply-To: <1@x.example>\r\nReferences: <2@x.example>\r\nMessage-ID: <3@x.example>", [], ()),
        ("X-To: ann@x.example\r\nDelivered-To: bob@y.example", [], ()),
        ("Subject: To: ann@x.example", [], ()),
    ],
)
def test_fields(header: str, visible: list[str], names: tuple[str, ...]) -> None:
    """Fields that recipients see are counted, in order, each address once; others are not."""
    message = read(f"{header}\r\n\r\nbody cc@y.example".encode(), Limits())
    assert (visible, names) == ([found.key for found in message.visible], message.visible_in)


def test_authors() -> None:
    """From, Sender, Reply-To and their Resent forms are authors, each once."""
    raw = b"From: ann@x.example\nSender: Bob@y.example\nReply-To: ann@x.example\nResent-From: carl@z.example"
    assert [found.key for found in read(raw, Limits()).authors] == [ANN, BOB, CARL]


def test_as_written() -> None:
    """The first spelling of an address is kept."""
    raw = b"To: Ann+News@X.Example, ann@x.example\n\n"
    assert [found.written for found in read(raw, Limits()).visible] == ["Ann+News@X.Example"]


_LABEL = st.text("aZ0-", min_size=1, max_size=4)


@given(
    st.sampled_from(["", "<", "Ann <", '"Ann B." <', "'", "=?<", "-<"]),
    st.text("aZ9._+-'", min_size=1, max_size=4),
    st.lists(_LABEL, min_size=1, max_size=6).map(".".join),
    st.sampled_from(["", ">", ">>", ".", " ", "\n"]),
)
def test_one_address_is_read_as_one_of_many(before: str, local: str, domain: str, behind: str) -> None:
    """A field with one ordinary address takes a short way, with the same result."""
    value = f"{before}{local}@{domain}{behind}".encode()
    assert list(addresses_in(value)) == list(addresses_in(value + b" ;"))
