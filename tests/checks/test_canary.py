"""The check for canaries, from bytes to findings."""

import base64
from dataclasses import replace
from typing import Any

import pytest
from holdback.checks import CHECKS
from holdback.checks.canary import canary
from holdback.checks.evidence import Evidence
from holdback.documents import Document, OutOfTime, Table, Text
from holdback.inspection import evidence_of, gather, judge
from holdback.mail import Envelope, Message
from holdback.mail.address import address
from holdback.people.canaries import NO_CANARIES, Canaries, Canary
from holdback.people.canaries.sightings import sightings
from holdback.people.knowledge import Knowledge
from holdback.people.parties.domains import company_domains
from holdback.policy import CheckPolicy, Policy
from holdback.verdict import Action, Finding
from rig.people import people

_ADDRESS = "ann.smith79@corp.example"
_PLANTED = (
    Canary(1, _ADDRESS, "Spring export", "Agency X", 0.0, "jane", "", ("news@corp.example",)),
    Canary(2, "chiara.lindqvist@corp.example", "Spring export", "Agency X", 0.0, "jane"),
    Canary(3, "jreid@corp.example", "Crew list", "", 0.0, "jane"),
)
_KNOWLEDGE = Knowledge(company_domains(["corp.example"]), canaries=Canaries(_PLANTED))
_OUT = Envelope("max@corp.example", ("bob@shop.example",))
_EMPTY = Message()
_POLICY = Policy(
    {
        name: CheckPolicy(
            Action.HOLD, {"": 10_000 if name != "canary" else 1}, counts_people=check.counts_people
        )
        for name, check in CHECKS.items()
    }
)


def _evidence(*documents: Document, message: Message = _EMPTY, **others: Any) -> Evidence:
    return evidence_of(
        **{"envelope": _OUT, "knowledge": _KNOWLEDGE} | others, message=message, documents=documents
    )


def _judged(raw: str, envelope: Envelope = _OUT) -> tuple[Finding, ...]:
    evidence = gather(envelope, raw.encode(), _POLICY, _KNOWLEDGE)
    return judge(evidence, _POLICY).findings


_HEAD = "From: max@corp.example\nTo: bob@shop.example\nMIME-Version: 1.0\n"


def _attached(name: str, content: bytes, head: str = "") -> str:
    return (
        f"{_HEAD}Content-Type: multipart/mixed; boundary=b\n\n--b\n\nHello.\n--b\n"
        f'Content-Disposition: attachment; filename="{name}"\nContent-Transfer-Encoding: base64\n{head}\n'
        f"{base64.encodebytes(content).decode()}--b--\n"
    )


_CSV = "name;mail\n" + "".join(f"{p.name};{p.email}\n" for p in people(200)) + f"Ann Smith;{_ADDRESS}\n"


@pytest.mark.parametrize(
    ("raw", "where"),
    [
        (f"{_HEAD}\nHello {_ADDRESS}\n", "part 1"),
        (f"{_HEAD}Subject: about {_ADDRESS}\n\nHello\n", "subject"),
        (f"{_HEAD}Subject: =?utf-8?q?about_ann=2Esmith79=40corp=2Eexample?=\n\nHello\n", "subject"),
        (f"{_HEAD}Cc: {_ADDRESS}\n\nHello\n", "To, Cc"),
        (f"{_HEAD}Bcc: {_ADDRESS}\n\nHello\n", "To, Bcc"),
        (f"{_HEAD}Resent-To: Ann <{_ADDRESS.upper()}>\n\nHello\n", "To, Resent-To"),
        (f"{_HEAD}\n> From: max@corp.example\n> To: ann.smith79@\n>  corp.example\n>\n> Hi\n", "part 1"),
        (f"{_HEAD}Content-Transfer-Encoding: quoted-printable\n\nann.smi=\nth79=40corp.example\n", "part 1"),
        (f"{_HEAD}Content-Type: text/html\n\n<p>ann.smith79&#64;corp.example</p>\n", "part 1"),
        (f'{_HEAD}Content-Type: text/html\n\n<a href="mailto:{_ADDRESS}">Ann</a>\n', "part 1"),
        (f"{_HEAD}\nann.smith79 (at) corp dot example\n", "part 1"),
        (_attached("list.csv", _CSV.encode()), "part 2, list.csv"),
        (_attached("list.csv", _CSV.encode("utf-16")), "part 2, list.csv"),
        (_attached("list.json", b'[{"m": "ann.smith79\\u0040corp.example"}]'), "part 2, list.json"),
        (_attached("list.txt", b""), ""),
        (_attached(f"{_ADDRESS}.csv", b"a;b\n"), "part 2, its name"),
        (_attached(f"{_ADDRESS}.csv", b""), "part 2, its name"),
        (_attached("ann.smith79 (at) corp.example.csv", _CSV.encode()), "part 2, its name; part 2"),
        (_attached("max@corp.example.csv", _CSV.encode()), "part 2, ‹address›"),
        (
            f"{_HEAD}Content-Type: message/rfc822\n\nFrom: a@b.example\nTo: x@y.example\n\n{_ADDRESS}\n",
            "part 1.1",
        ),
        (f"{_HEAD}Content-Type: message/rfc822\n\nTo: {_ADDRESS}\n\nHello\n", "part 1, header"),
        (f"{_HEAD}Content-Type: message/rfc822\n\nSubject: {_ADDRESS}\n\nHello\n", "part 1, subject"),
        (f"{_HEAD}Content-Type: message/delivery-status\n\nFinal-Recipient: rfc822;{_ADDRESS}\n", "part 1"),
        (f"{_HEAD}Reply-To: {_ADDRESS}\n\nHello\n", ""),
        (f"{_HEAD}\nann.smith@corp.example, joann.smith79@corp.example\n", ""),
    ],
    ids=[
        *("body", "subject", "encoded subject", "Cc", "Bcc left in", "Resent-To", "quoted header"),
        *("quoted-printable", "entity", "link", "obfuscated", "attachment", "UTF-16", "JSON escape"),
        *("empty attachment", "file name", "name of an empty file", "obfuscated file name"),
        *("another's name", "attached message", "its header", "its subject", "bounce", "Reply-To", "others"),
    ],
)  # fmt: skip
def test_a_canary_is_found_in_every_place(raw: str, where: str) -> None:
    """From the envelope to an attachment's name; the finding names the place, never the address."""
    text = '1 canary of list "Spring export", given to Agency X'
    assert [Finding("canary", 1, where, text)] * bool(where) == list(_judged(raw))


def test_documents_of_any_kind_are_searched() -> None:
    """Texts, tables with and without a header, and names of containing files."""
    rows = [["Ann", "x@shop.example"]] * 5_000
    last = Table([*rows, ["Ann", _ADDRESS]], where="sheet 1")
    for document, where in (
        (Document("2", "a.pdf", texts=(Text(_ADDRESS, "page 3"),)), "part 2, a.pdf > page 3"),
        (Document("2", "a.xlsx", tables=(last,)), "part 2, a.xlsx > sheet 1"),
        (Document("2", "a.sql", tables=(Table(rows, header=("name", _ADDRESS)),)), "part 2, a.sql"),
        (Document("2!b", "b.csv", inside=(f"{_ADDRESS}.zip",)), "part 2, its name"),
        (Document("2", "a.xlsx", tables=(Table([[_ADDRESS]], where=f'sheet "{_ADDRESS}"'),)), "part 2"),
    ):  # fmt: skip
        (finding,) = canary(_evidence(document))
        assert (finding.where, finding.count) == (where, 1)


@pytest.mark.parametrize(
    "field", ["jane@corp.example, {}", "{}, jane@corp.example", "jane+x@corp.example, {}"]
)
def test_a_plus_tag_is_distinct_from_the_mailbox(field: str) -> None:
    """`jane@…, jane+books7@…` is one person in To, but only the second address is a canary."""
    planted = Canaries([Canary(1, "jane+books7@corp.example", "Spring export", "Agency X", 0.0, "jane")])
    knowledge = replace(_KNOWLEDGE, canaries=planted)
    raw = f"To: {field.format('Jane+Books7@Corp.Example')}\n\nHello\n"
    seen = gather(_OUT, raw.encode(), _POLICY, knowledge).sightings
    assert [sighting.places for sighting in seen] == [("To",)]


def test_each_list_and_receiver_is_named() -> None:
    """Three canaries of two lists give two entries in the text."""
    text = f"jreid@corp.example {_ADDRESS} chiara.lindqvist@corp.example {_ADDRESS}"
    assert list(canary(_evidence(Document("1", texts=(Text(text),))))) == [
        Finding(
            "canary",
            3,
            "part 1",
            '2 canaries of list "Spring export", given to Agency X; 1 canary of list "Crew list", internal',
        )
    ]


def test_at_most_three_places_are_named() -> None:
    """A list in five files, some repeated."""
    documents = [Document(str(n), f"{n}.txt", texts=(Text(_ADDRESS), Text(_ADDRESS))) for n in range(1, 6)]
    (finding,) = canary(_evidence(*documents))
    assert finding.where == "part 1, 1.txt; part 2, 2.txt; part 3, 3.txt; …"


_TO_CANARY = replace(_OUT, recipients=("bob@shop.example", _ADDRESS))
_SHOWN = Message(visible=(address("bob@shop.example"), address(_ADDRESS)), visible_in=("To",))
_BODY = Document("1", texts=(Text(f"Hello {_ADDRESS}"),))


@pytest.mark.parametrize(
    ("sender", "message", "documents", "places"),
    [
        ("max@corp.example", Message(), (), ("envelope",)),
        ("max@corp.example", _SHOWN, (), ("envelope", "To")),
        ("News@corp.example", Message(), (), ()),
        ("news@corp.example", _SHOWN, (), ()),
        ("news@corp.example", _SHOWN, (_BODY,), ("envelope", "To", "part 1")),
        ("newsletter@corp.example", Message(), (), ("envelope",)),
        ("", Message(), (), ("envelope",)),
    ],
    ids=["anybody", "anybody, visibly", "its list", "its list, visibly", "in the text", "nearly", "a bounce"],
)
def test_mail_from_the_lists_sender_is_expected(
    sender: str, message: Message, documents: tuple[Document, ...], places: tuple[str, ...]
) -> None:
    """As a recipient a canary is then no finding; in the content it always is."""
    evidence = _evidence(*documents, message=message, envelope=replace(_TO_CANARY, sender=sender))
    assert [sighting.places for sighting in evidence.sightings] == [places] * bool(places)


def test_a_canary_of_another_list_is_not_expected() -> None:
    """The sender of one list is not expected to write to another list's canaries."""
    envelope = Envelope("news@corp.example", ("bob@shop.example", _ADDRESS, "jreid@corp.example"))
    assert [sighting.canary.id for sighting in _evidence(envelope=envelope).sightings] == [3]


def test_one_canary_is_held_and_counts_no_people() -> None:
    """The verdict is hold with 0 people."""
    verdict = judge(gather(_OUT, f"{_HEAD}\n{_ADDRESS}\n".encode(), _POLICY, _KNOWLEDGE), _POLICY)
    assert (verdict.action, verdict.people) == (Action.HOLD, 0)


def test_internal_mail_is_not_checked() -> None:
    """A list may be sent within the company."""
    inside = Envelope("max@corp.example", ("jane@corp.example", _ADDRESS))
    assert _judged(f"{_HEAD}\n{_ADDRESS}\n", inside) == ()


def test_without_canaries_nothing_is_searched() -> None:
    """The heartbeat is not called."""

    def never() -> None:
        raise AssertionError

    assert sightings(_OUT, _EMPTY, (_BODY,), NO_CANARIES, never) == ()


def test_the_heartbeat_ends_the_search() -> None:
    """The search stops when the heartbeat raises."""

    def late() -> None:
        raise OutOfTime

    with pytest.raises(OutOfTime):
        sightings(_OUT, _EMPTY, (_BODY,), Canaries(_PLANTED), late)
