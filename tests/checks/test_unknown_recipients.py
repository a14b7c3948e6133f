"""The check for unknown recipients."""

from dataclasses import dataclass, field, replace

import pytest
from checks.customers import index_of
from holdback.checks.evidence import Evidence
from holdback.checks.unknown_recipients import unknown_recipients
from holdback.mail import Envelope, Message
from holdback.mail.address import address
from holdback.people.fields.kinds import Field
from holdback.people.knowledge import NO_CONTACTS, Contacts, Knowledge, RecipientCounts
from holdback.people.parties.domains import company_domains
from holdback.people.pseudonyms import Pseudonyms
from holdback.verdict import Finding

PSEUDONYMS = Pseudonyms(bytes(32))
CUSTOMERS = [f"ann{n}@customer.example" for n in range(100)]
STRANGERS = [f"bob{n}@bought.example" for n in range(100)]
OTHERS = ["me@corp.example", "root", "p@partner.example"]


def number(written: str) -> int:
    return PSEUDONYMS.number(Field.EMAIL, address(written).key)


KNOWLEDGE = Knowledge(
    company_domains(["corp.example"], ["partner.example"]), PSEUDONYMS, index_of(CUSTOMERS, PSEUDONYMS)
)


def findings(
    to: list[str], knowledge: Knowledge = KNOWLEDGE, sender: str = "me@corp.example"
) -> list[Finding]:
    envelope = Envelope(sender=sender, recipients=tuple(to))
    return list(unknown_recipients(Evidence(envelope, Message(), (), knowledge)))


COUNTS = {
    "a newsletter to customers": (CUSTOMERS, []),
    "a bought list": (STRANGERS, [100]),
    "three in a hundred": (CUSTOMERS[:97] + STRANGERS[:3], [3]),
    "spellings": (["Bob@bought.example", "bob+x@BOUGHT.example", "ANN1+news@customer.example"], [1]),
    "one of us, and partners": (OTHERS, []),
    "all of them": (CUSTOMERS + STRANGERS + OTHERS, [100]),
    "no recipients": ([], []),
    "hostile": (["@", "a@", "@b", "\udce4@x.example", '"a b"@x.example', "a@x\0.example"], [4]),
}


@pytest.mark.parametrize(("to", "counts"), COUNTS.values(), ids=COUNTS.keys())
def test_strangers_count(to: list[str], counts: list[int]) -> None:
    """External recipients who are not in the index, each once."""
    assert counts == [finding.count for finding in findings(to)]


@pytest.mark.parametrize("missing", ["customers", "pseudonyms"])
def test_no_finding_without_an_index(missing: str) -> None:
    """Without an index, all recipients would be unknown."""
    assert findings(STRANGERS, replace(KNOWLEDGE, **{missing: None})) == []


@dataclass
class RecordingContacts:
    """Contacts that record each query and return a fixed answer."""

    answer: RecipientCounts
    queries: list[tuple[int, list[int]]] = field(default_factory=list)

    def count_recipients(self, sender: int, recipients: list[int]) -> RecipientCounts:
        self.queries.append((sender, list(recipients)))
        return self.answer


def ask(
    answer: RecipientCounts, to: list[str], window: float = 3600.0
) -> tuple[list[Finding], RecordingContacts]:
    asked = RecordingContacts(answer)
    return findings(to, replace(KNOWLEDGE, contacts=Contacts(asked.count_recipients, window=window))), asked


def test_the_count_is_the_senders() -> None:
    """The finding counts the sender's recipients within the window, and names those of this message."""
    (finding,), asked = ask(RecipientCounts(1, 52), CUSTOMERS[:3] + STRANGERS[:1])
    text = (
        "52 recipients are neither customers nor known correspondents "
        "(1 of this message, 51 of others in 60 minutes)"
    )
    assert finding == Finding("unknown_recipients", 52, "envelope", text)
    sender = PSEUDONYMS.number(Field.LOGIN, "me@corp.example")
    assert asked.queries == [(sender, [number(STRANGERS[0])])]


def test_a_message_to_correspondents_is_not_held_for_others() -> None:
    """There is no finding if all recipients of this message are known, whatever the sender sent before."""
    assert ask(RecipientCounts(0, 52), STRANGERS[:1])[0] == []


def test_a_message_to_customers_needs_no_query() -> None:
    """The index is enough for a newsletter."""
    assert ask(RecipientCounts(1, 52), CUSTOMERS)[1].queries == []


WINDOWS = [
    (5.0, "5 seconds"),
    (90.0, "90 seconds"),
    (120.0, "2 minutes"),
    (3_600.0, "60 minutes"),
    (86_400.0, "24 hours"),
    (7 * 86_400.0, "7 days"),
]


@pytest.mark.parametrize(("window", "words"), WINDOWS)
def test_windows_in_words(window: float, words: str) -> None:
    """The largest unit that fits."""
    (finding,), _ = ask(RecipientCounts(1, 52), STRANGERS[:1], window)
    assert f" in {words})" in finding.text


def test_text_without_a_window() -> None:
    """`holdback scan` counts one message and mentions no others."""
    (finding,) = findings(STRANGERS, replace(KNOWLEDGE, contacts=NO_CONTACTS))
    assert finding.text == "100 recipients are neither customers nor known correspondents"
