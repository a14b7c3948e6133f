"""TNEF files (winmail.dat)."""

import random
from pathlib import Path

import pytest
from rig.files import outlook
from rig.opening import disclosed_by, opened, people_in, unreadable_in, words_in
from rig.people import LANGUAGES, people
from rig.public_samples import sample_files

LETTER = {
    outlook.CLASS: "IPM.Note",
    outlook.SUBJECT: "Angebot",
    outlook.SENDER_NAME: "Ann Smith",
    outlook.SENDER: "ann@writer.example",
}
BOB = outlook.recipient("Bob Jones", "bob@reader.example")


def csv(language: str) -> bytes:
    return "\n".join(";".join(person.row) for person in people(25, language)).encode()


@pytest.mark.parametrize("language", LANGUAGES)
def test_attached_list(language: str) -> None:
    """A list in an attachment is read under its long name."""
    content = outlook.tnef(LETTER, [BOB], [("Kunden.csv", csv(language))])
    assert people_in(content) == 25 + 2
    assert [one.where for one in opened(content, "winmail.dat")] == [
        "part 2, winmail.dat",
        "part 2, winmail.dat > Kunden.csv",
    ]


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (outlook.SUBJECT, "about info@hidden.example"),
        (outlook.BODY, "write to info@hidden.example"),
        (outlook.HTML, b"<p>write to <a href='mailto:info@hidden.example'>us</a></p>"),
        (outlook.RICH_TEXT, b"\0" * 8 + b"MELA" + b"\0" * 4 + b"{\\rtf1 info@hidden.example}"),
        (outlook.LIST_MEMBERS, [outlook.one_off("Info", "info@hidden.example")]),
        (0x3004, "info@hidden.example"),
    ],
)
def test_places_of_an_address(place: int, value: outlook.Value) -> None:
    """Addresses in all properties are found."""
    assert "info@hidden.example" in words_in(opened(outlook.tnef({**LETTER, place: value})))


def test_body_of_old_programs() -> None:
    """A body outside the MAPI properties is decoded with the sender's code page."""
    content = outlook.tnef({}, body="Grüße an info@hidden.example".encode("cp1252"))
    assert "Grüße an info@hidden.example" in words_in(opened(content))


def test_conversation_is_no_list() -> None:
    """A hundred recipients are addresses, not records."""
    crowd = [outlook.recipient(one.name, one.email) for one in people(120)]
    found = disclosed_by(*opened(outlook.tnef(LETTER, crowd)))
    assert (len(found.people), len(found.bare)) == (2, 119)


def test_distribution_list() -> None:
    """All members of a distribution list are read."""
    members = [outlook.one_off(one.name, one.email) for one in people(30, "ja")]
    assert people_in(outlook.tnef({outlook.CLASS: "IPM.DistList", outlook.LIST_MEMBERS: members})) == 30


def test_message_inside() -> None:
    """A forwarded message, which is TNEF again, is opened."""
    inner = outlook.tnef(LETTER, [BOB], [("Kunden.csv", csv("de"))])
    identified = bytes.fromhex("0703020000000000c000000000000046") + inner
    for content in (inner, identified):
        assert people_in(outlook.tnef(LETTER, [BOB], [("forwarded", content)])) == 25 + 2


@pytest.mark.parametrize(
    ("damaged", "why"),
    [
        (lambda content: content + b"\r\n", set()),
        (lambda content: content[:-1] + b"x", set()),
        (lambda content: content[:-40], {"broken"}),
        (lambda content: content + b"\7" * 99, {"broken"}),
    ],
    ids=["line end", "wrong checksum", "cut off", "garbage"],
)
def test_damage(damaged, why: set[str]) -> None:
    """A damaged file is read as far as possible; wrong checksums are ignored."""
    content = damaged(outlook.tnef(LETTER, [BOB], [("Kunden.csv", csv("de"))]))
    assert (25 + 2, why) == (people_in(content), unreadable_in(content))


@pytest.mark.parametrize("seed", range(3))
def test_noise(seed: int) -> None:
    """Whatever bytes are changed, at most one reason is added."""
    chance = random.Random(seed)
    whole = outlook.tnef(
        {**LETTER, outlook.RICH_TEXT: outlook.packed_rtf(b"{\\rtf1 x}"), outlook.BODY: "x" * 99},
        [BOB],
        [("Kunden.csv", csv("de"))],
    )
    for _ in range(100):
        content = bytearray(whole)
        for _ in range(chance.choice((1, 5, 100))):
            content[chance.randrange(6, len(content))] = chance.randrange(256)
        assert unreadable_in(bytes(content)) <= {"broken", "over_limit", "unsupported", "encrypted"}


@pytest.mark.parametrize("sample", sample_files("documents/*.tnef"), ids=lambda sample: sample.stem)
def test_files_of_others(sample: Path) -> None:
    """Sample files that other readers had trouble with."""
    assert set() == unreadable_in(sample.read_bytes())
