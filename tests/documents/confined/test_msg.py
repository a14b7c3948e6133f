"""Outlook items as .msg files."""

import base64

import olefile
import pytest
from rig.files import outlook
from rig.files.compound import compound
from rig.opening import disclosed_by, opened, people_in, unreadable_in, words_in
from rig.people import LANGUAGES, parts_list, people

LETTER = {
    outlook.CLASS: "IPM.Note",
    outlook.SUBJECT: "Angebot",
    outlook.BODY: "The list is attached.\r\n",
    outlook.SENDER_NAME: "Ann Smith",
    outlook.SENDER: "ann@writer.example",
}
BOB = outlook.recipient("Bob Jones", "bob@reader.example")


def crowd(count: int) -> list[outlook.Item]:
    return [outlook.recipient(person.name, person.email) for person in people(count)]


def csv(language: str) -> bytes:
    return "\n".join(";".join(person.row) for person in people(25, language)).encode()


def test_the_writer_of_tests_writes_compound_files() -> None:
    """olefile reads the same streams from the files that these tests write."""
    content = compound({"a": b"small", "b": {"c": b"large" * 2000, "empty": b""}})
    with olefile.OleFileIO(content) as file:
        assert sorted(file.listdir()) == [["a"], ["b", "c"], ["b", "empty"]]
        assert file.openstream("b/c").read() == b"large" * 2000
        assert file.openstream("a").read() == b"small"


@pytest.mark.parametrize("language", LANGUAGES)
def test_attached_list(language: str) -> None:
    """A list in an attachment is read row by row."""
    assert people_in(outlook.msg(LETTER, [BOB], [outlook.attached("Kunden.csv", csv(language))])) == 25 + 2


def test_attached_parts_list() -> None:
    """A price list has no people; sender and recipient of the message are two."""
    rows = "\n".join(";".join(row) for row in parts_list(200)).encode()
    assert people_in(outlook.msg(LETTER, [BOB], [outlook.attached("parts.csv", rows)])) == 2


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (outlook.SUBJECT, "about info@hidden.example"),
        (outlook.BODY, "write to info@hidden.example"),
        (outlook.HTML, b"<p>write to <a href='mailto:info@hidden.example'>us</a></p>"),
        (outlook.HEADERS, "Received: x\r\nFrom: <info@hidden.example>\r\nSubject: y\r\n"),
        (0x3004, "info@hidden.example"),
        (0x004F, outlook.one_off("Info", "info@hidden.example")),
    ],
)
def test_places_of_an_address(place: int, value: str | bytes) -> None:
    """Addresses are found in subject, bodies, transport headers and any other property."""
    assert "info@hidden.example" in words_in(opened(outlook.msg({**LETTER, place: value})))


def test_names_of_attachments_are_shown() -> None:
    """The place of a finding names the attachments that lead to it."""
    documents = opened(outlook.msg(LETTER, [], [outlook.attached("Kunden.csv", b"x;y\n")]), "mail.msg")
    assert [one.where for one in documents] == ["part 2, mail.msg", "part 2, mail.msg > Kunden.csv"]


def test_conversation_is_no_list() -> None:
    """Recipients in To are addresses, not records."""
    found = disclosed_by(*opened(outlook.msg(LETTER, crowd(120))))
    assert (len(found.people), len(found.bare)) == (2, 119)


def test_customers_mails_forwarded_together_are_a_list() -> None:
    """Forwarded messages of customers show one person each."""
    mails = [
        outlook.forwarded({**LETTER, outlook.SENDER_NAME: one.name, outlook.SENDER: one.email}, [BOB])
        for one in people(30)
    ]
    assert people_in(outlook.msg(LETTER, [BOB], mails)) == 30 + 2


def test_messages_in_messages() -> None:
    """Attachments of attached messages are read."""
    inner = outlook.forwarded(LETTER, [BOB], [outlook.attached("list.csv", csv("de"))])
    assert people_in(outlook.msg(LETTER, [BOB], [outlook.forwarded(LETTER, [BOB], [inner])])) == 25 + 2


def test_distribution_list() -> None:
    """All members of a distribution list are read."""
    members = [outlook.one_off(one.name, one.email) for one in people(30, "ru")]
    item = {outlook.CLASS: "IPM.DistList", outlook.NAME: "Kunden", outlook.LIST_MEMBERS: members}
    assert people_in(outlook.msg(item)) == 30
    assert people_in(outlook.msg(LETTER, [], [outlook.forwarded(item)])) - 1 == 30


def test_contact() -> None:
    """A contact is one person."""
    item = {
        outlook.CLASS: "IPM.Contact",
        outlook.NAME: "Zoë Wright",
        outlook.CONTACT_EMAIL: "zoe@customer.example",
        0x3A08: "+44 20 7946 0018",
    }
    assert people_in(outlook.msg(item)) == 1


def test_body_in_rich_text() -> None:
    """A body that exists only as compressed RTF is a part."""
    rtf = b"{\\rtf1\\ansi info@hidden.example\\par}" * 200
    kinds = [outlook.packed_rtf(rtf), b"\0" * 8 + b"MELA" + b"\0" * 4 + rtf]
    for packed in kinds:
        documents = opened(outlook.msg({outlook.RICH_TEXT: packed}))
        assert [one.name.replace("file.bin", "") for one in documents] == ["", "body.rtf"]


def test_signed_mail() -> None:
    """A signed message is read from the MIME source that is its only attachment."""
    entity = b"Content-Type: multipart/signed; boundary=b\r\n\r\n--b\r\nContent-Type: text/csv\r\n"
    entity += b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(csv("fr")) + b"\r\n--b--\r\n"
    signed = outlook.attached("smime.p7m", entity, "multipart/signed")
    assert people_in(outlook.msg({outlook.CLASS: "IPM.Note.SMIME.MultipartSigned"}, [], [signed])) == 25


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_cut_off(share: float) -> None:
    """A truncated file is read as far as possible and reported as broken."""
    content = outlook.msg({**LETTER, outlook.BODY: "info@hidden.example " * 3000})
    content = content[: int(len(content) * share)]
    assert "info@hidden.example" in words_in(opened(content))
    assert {"broken"} == unreadable_in(content)
