"""The bound before recognition: never below what recognition finds, and verdict and ledger do not change."""

from array import array
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from random import Random

import pytest
from holdback.checks import CHECKS
from holdback.checks.evidence import Evidence
from holdback.config import config_of, domains_of, policy_of
from holdback.documents import Budget, Document, Table, Text, open_parts
from holdback.inspection import evidence_of, gather, judge
from holdback.mail import Envelope, Limits, Message, read
from holdback.people.fields.kinds import Field
from holdback.people.knowledge import Knowledge
from holdback.people.pseudonyms import Pseudonyms
from holdback.people.recognition.bound import most_people
from holdback.people.recognition.line import may_have_number, may_have_value, records_in_line
from holdback.people.recognition.places import may_have_records, records_in
from holdback.people.recognition.records import Scope
from holdback.people.subjects.by_place import disclosed
from holdback.people.subjects.disclosed import Subjects, union
from holdback.people.subjects.lookup import CustomerLookup
from holdback.people.subjects.third_parties import Audience
from holdback.policy import Policy, decide
from holdback.trail.disclosure import Disclosure, disclosure_of
from holdback.verdict import Verdict
from hypothesis import given, settings
from hypothesis import strategies as st
from people.corpus import hits, misses
from people.corpus.invented import LANGUAGES, Person, people
from rig.golden import goldens
from rig.public_samples import SAMPLES

_ENVELOPE = Envelope("jane@corp.example", ("bob@customer.example",))
_PARTICIPANTS = ("jane@corp.example", "bob@customer.example", "sue@corp.example")
_DOMAINS = domains_of(config_of({"internal_domains": ["corp.example"]}, Path("test")))
_KNOWN = (Knowledge(_DOMAINS), Knowledge(_DOMAINS, Pseudonyms(bytes(32)), region="DE"))
_LIMITS = (1, 2, 5, 20, 1_000)
_CORPUS = [text for corpus in (hits, misses) for text in (corpus.TABLES | corpus.TEXTS).values()]
_LINES = [line for text in _CORPUS for line in text.split("\n")]
_PEOPLE = [person for language in LANGUAGES for person in people(language, 6)]


def _policy(limit: int) -> Policy:
    limits = {"record_limit": limit, "address_limit": limit}
    config = {"internal_domains": ["corp.example"], "checks": {"customer_data": limits}}
    return policy_of(config_of(config, Path("test")))


_POLICIES = {limit: _policy(limit) for limit in _LIMITS}


def _mail(text: str, subtype: str = "plain") -> bytes:
    message = EmailMessage()
    message["From"], message["To"] = _PARTICIPANTS[:2]
    message.set_content(text, subtype, cte="8bit")
    return message.as_bytes()


def _corpora() -> Iterator[bytes]:
    yield from (golden.raw for golden in goldens())
    yield from (path.read_bytes() for path in sorted(SAMPLES.glob("mime/*")))
    yield from map(_mail, _CORPUS)


def _opened(raw: bytes) -> tuple[Document, ...]:
    return open_parts(read(raw, Limits()).parts, Budget(Limits(), lambda: True, len(raw)))


def _recognised(documents: tuple[Document, ...]) -> int:
    """The people with a record, or the addresses, that recognition finds if everybody is a third party."""
    found = union(
        place.subjects
        for place in disclosed(records_in(documents, Scope(_everybody), lambda: None), _everybody)
    )
    return max(len(found.people), len(found.addresses))


def _everybody(_: str) -> bool:
    return True


def _assert_bounded(documents: tuple[Document, ...]) -> None:
    found = _recognised(documents)
    assert not found or may_have_records(documents, customers=False)
    assert [limit for limit in _LIMITS if min(found, limit) > most_people(documents, limit)] == []


def _assert_same_outcome(raw: bytes) -> None:
    for knowledge in _KNOWN:
        for policy in (_POLICIES[2], _POLICIES[20]):
            some = gather(_ENVELOPE, raw, policy, knowledge)
            every = gather(_ENVELOPE, raw, policy, knowledge, every_person=True)
            assert judge(some, policy) == judge(every, policy) == _judge_all(every, policy)
            assert _stored(some) == _stored(every)


def _judge_all(evidence: Evidence, policy: Policy) -> Verdict:
    """The verdict on all findings, those below every limit included. None exceeds what `most` allows."""
    findings = {name: list(check.find(evidence)) for name, check in CHECKS.items()}
    for name, found in findings.items():
        most = CHECKS[name].most
        assert not most or all(one.count <= most(evidence)[one.kind] for one in found)
    return decide([one for found in findings.values() for one in found], _ENVELOPE, policy)


def _stored(evidence: Evidence) -> Disclosure | None:
    """What the ledger stores: the order of pseudonyms has no meaning."""
    stored = disclosure_of(evidence, 0, "pass", "", True)
    shown = (replace(one, numbers=array("q", sorted(one.numbers))) for one in stored.shown) if stored else ()
    return replace(stored, shown=tuple(shown)) if stored else None


@pytest.mark.parametrize("raw", list(_corpora()))
def test_the_bound_holds_for_corpora(raw: bytes) -> None:
    """Mails, lists and documents that resemble lists."""
    _assert_bounded(_opened(raw))
    if len(raw) < 20_000:
        _assert_same_outcome(raw)


def _block(random: Random) -> str:
    """A signature, a form, a quotation, a table, lines of the corpora: with and without an address."""
    one, other = random.sample(_PEOPLE, 2)
    address = random.choice((*_PARTICIPANTS, one.email))
    return random.choice(
        (
            f"{one.name}\n{one.street}\nTel. {one.phone}\n{address}",
            f"{one.name}\n{one.street}",
            f"-- \n{one.name} | T {one.phone} | M {other.phone} | {address}",
            f"Name: {one.name}\nPhone: {one.phone}\nE-Mail: {address}",
            f"Name: {one.name}\nCustomer ID: {one.number}\nName: {other.name}\nCustomer ID: {other.number}",
            f"On 3 March 2026 at 10:15, {one.name} <{address}> wrote:\n> {other.phone}\n> {other.name}",
            f"{one.name} born {one.born} lives at {one.street}, IBAN {one.iban}",
            f"-{one.phone}\n{one.name}\n* 1) {other.phone} {other.name}",
            f"Delivered on 12.03.2025: {one.number}-0001 for 1.250.000, see {one.street}.",
            f"{one.name} {one.phone}\n{other.name} {other.phone}",
            f"{one.name} <{one.email}>, {other.name} <{other.email}>",
            f"{one.name}\n{one.email}\n\n{other.name} <{other.email}>",
            f"ask {one.name} <{one.email}>'s sister {other.name}, {other.email}'s, {address}+x",
            f"@@ -1,7 +1,6 @@ {one.name}, {one.street}\n@ {other.name}, {other.street}",
            f"Name: {one.name}\nStatus: open\nE-Mail: {one.email}",
            _rows(random),
            "\n".join(random.sample(_LINES, 3)),
        )
    )


def _rows(random: Random) -> str:
    fields = random.sample(("name", "phone", "street", "email", "number", "born"), 2)
    some = random.sample(_PEOPLE, random.randint(1, 5))
    rows = ("</td><td>".join(str(getattr(person, field)) for field in fields) for person in some)
    return f"<table>{''.join(f'<tr><td>{row}</td></tr>' for row in rows)}</table>"


def _text(random: Random) -> str:
    text = "\n\n".join(_block(random) for _ in range(random.randint(1, 6)))
    return random.choice((text, text.replace("\n", "\n> "), text.replace("\n", "<br>\n")))


@settings(deadline=None, max_examples=100)
@given(st.randoms(use_true_random=False), st.sampled_from(["plain", "html"]))
def test_the_bound_holds_for_invented_mails(random: Random, subtype: str) -> None:
    """Mails of some blocks each."""
    raw = _mail(_text(random), subtype)
    _assert_bounded(_opened(raw))
    _assert_same_outcome(raw)


@pytest.mark.parametrize("limit", [20, 100])
def test_one_person_a_page_adds_up(limit: int) -> None:
    """Many tables with one row each, many texts with one line each."""
    rows = [[person.name, person.email] for person in _PEOPLE]
    pages = tuple(Document(str(n), tables=(Table([row]),)) for n, row in enumerate(rows))
    assert most_people(pages[: limit - 1], limit) >= limit - 1
    assert most_people(pages[:limit], limit) >= limit
    phones = [[person.name, person.phone] for person in _PEOPLE]
    pages = tuple(Document(str(n), tables=(Table([row]),)) for n, row in enumerate(phones))
    assert most_people(pages[: limit - 1], limit) == limit - 1
    assert most_people(pages[:limit], limit) == limit
    texts = tuple(Document(str(n), texts=(Text(", ".join(row)),)) for n, row in enumerate(rows))
    assert most_people(texts[: limit - 1], limit) == limit - 1
    assert most_people(texts[:limit], limit) == limit


@pytest.mark.parametrize("text", _CORPUS)
def test_no_line_with_a_value_is_left_out(text: str) -> None:
    """A line without an address that has a value besides a name may have one."""
    for line in text.split("\n"):
        _assert_may_have_value(line)


@settings(deadline=None, max_examples=200)
@given(
    st.sampled_from(_PEOPLE),
    st.sampled_from(["", "-", "* 1) ", "> ", "x", "7", "see ", "DE89370400440532013000/"]),
    st.sampled_from(
        ["{0.phone}", "{0.iban}", "{0.street}", "born {0.born}", "4111 1111 1111 1111", "{0.name}"]
    ),
    st.text("0123456789 +-/.()|,xA", max_size=8),
)
def test_no_invented_line_with_a_value_is_left_out(
    person: Person, before: str, value: str, after: str
) -> None:
    """Bullets, cuts and signs around a value."""
    _assert_may_have_value(before + value.format(person) + after)


_BORN = """
    *|born on|Born|dob:|D.O.B.|geboren am|GEB.|né le|NÉE LE|nato il|nata \u0131l|nacido el|nac\u0131da el
    nascida em|na\u017fcido a|ur.|född|FÖDD|doğum tarihi:|Doğum|født|nar.|szül.|\u017fzül.
"""


@pytest.mark.parametrize("born", _BORN.strip().replace("\n", "|").split("|"))
def test_no_date_of_birth_is_left_out(born: str) -> None:
    """In any language, and with letters that regular expressions compare without case."""
    line = f"Ann Smith {born.strip()} 12.03.1980"
    assert [record.values[Field.BIRTH] for record in records_in_line(line)] == ["12.03.1980"]
    _assert_may_have_value(line)


def _assert_may_have_value(line: str) -> None:
    if "@" not in line:
        fields = {field for record in records_in_line(line) for field in record.values} - {Field.NAME}
        assert not fields or may_have_value(line)
        assert not fields - {Field.STREET} or may_have_number(line)


_T, _M, _F = "T +49 30 12345067", "M +49 171 12345678", "F +49 30 12345068"
_OWN, _FORM = "jane@corp.example", "Name: {}\nPhone: {}\nE-Mail: {}\n"


@pytest.mark.parametrize(
    ("text", "people"),
    [
        (f"Jane Roe | {_T} | {_M} | {_F} | {_OWN}", 0),
        (f"Jane Roe\nMill Lane 7\n{_T} | {_M} | {_F} | {_OWN}", 0),
        (f"Jane Roe\n{_T}\n{_M}\n{_F}\n{_OWN}", 0),
        (f"Jane Roe | {_T} | {_M} | {_F}", 1),
        (f"Jane Roe\n{_T}\n{_M}\n{_F}\n\n{_OWN}", 1),
        (f"Jane Roe | {_T} | {_M} | {_F} | jane@other.example", 1),
        (2 * _FORM.format("Jane Roe", f"{_T}, {_M}", _OWN), 0),
        (f"{_FORM.format('Jane Roe', _T[2:], _OWN)}Name: Ann Smith\nPhone: {_M[2:]}\nFax: {_F[2:]}", 1),
        (f"Ann Smith, {_T}, {_OWN}\n\nBob Jones, {_M}, {_OWN}\n\nEva Klein, {_F}, {_OWN}", 3),
        (f"Ann Smith, {_T}, {_OWN}\n\nBob Jones, {_M}, {_OWN}\n\ncall {_F}", 0),
    ],
    ids=[
        "own line",
        "own block",
        "name apart",
        "no address",
        "address apart",
        "third party",
        "own form",
        "form with another person",
        "address of three people",
        "address of two people",
    ],
)
def test_signatures_of_participants(text: str, people: int) -> None:
    """A record with a participant's address is nobody's, unless three people share the address."""
    found = evidence_of(_ENVELOPE, Message(), (Document("1", texts=(Text(text),)),), _KNOWN[1])
    assert len(union(place.subjects for place in found.disclosed).people) == people


@settings(deadline=None, max_examples=100)
@given(st.randoms(use_true_random=False))
def test_participants_are_left_out_without_a_trace(random: Random) -> None:
    """People and pseudonyms are those of a recognition that parses every paragraph, as with an index."""
    text = _text(random)
    documents = (Document("1", texts=(Text(text),)),)
    audience = Audience(_ENVELOPE, Message(), _DOMAINS)
    pseudonyms = _KNOWN[1].pseudonyms
    assert pseudonyms
    lookup = CustomerLookup(pseudonyms, None, "DE", _DOMAINS, audience)
    quick, close = (
        _numbers(
            place.subjects
            for place in disclosed(
                records_in(documents, Scope(audience.is_third_party, True, customers), lambda: None),
                audience.is_third_party,
                lookup,
            )
        )
        for customers in (False, True)
    )
    assert quick == close


def _numbers(subjects: Iterator[Subjects]) -> tuple[set[int], ...]:
    found = union(subjects)
    return set(found.people), set(found.addresses), set(found.pseudonyms)
