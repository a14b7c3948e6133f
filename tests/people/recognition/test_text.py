"""Running text becomes records: paragraphs, address blocks, forms; quoted headers are left out."""

import pytest
from holdback.people.recognition.records import Scope
from holdback.people.recognition.signs import Signs, digits_of
from holdback.people.recognition.text import records_in_text
from people.corpus.invented import people
from people.recognition.plain import Plain, plain
from people.recognition.small_tables import WARES


def _is_third_party(key: str) -> bool:
    return not key.endswith("@corp.example")


def _scope(text: str, customers: bool = False) -> Scope:
    """Return the scope of a message that only has this text."""
    signs = Signs().with_text(digits_of(text))
    return Scope(_is_third_party, lookup=customers, customers=customers, signs=signs)


_BOTH = {
    "e-mail": ["ann@x.example", "bob@y.example"],
    "name": ["Ann Smith", "Bob Jones"],
    "addresses": ["ann@x.example", "bob@y.example"],
}
_ANN = {"e-mail": ["ann@x.example"], "name": ["Ann Smith"], "addresses": ["ann@x.example"]}
_PEOPLE = people("en", 12)


@pytest.mark.parametrize(
    ("text", "records"),
    [
        ("Hello\n\nAnn Smith, ann@x.example\n\nand Bob Jones <bob@y.example>\n", _BOTH),
        ("Ann Smith\nann@x.example\nBob Jones\nbob@y.example", _BOTH),
        ("Name: Ann Smith\nE-Mail: ann@x.example\nName: Bob Jones\nE-Mail: bob@y.example", _BOTH),
        (
            "Ann Smith\nMill Ltd\n12 Mill Road\n10115 Berlin\nTel. 030 1234567\nann@x.example",
            _ANN
            | {
                "phone": ["301234567"],
                "postal address": ["12 Mill Road"],
                "phone 1 as written": ["030 1234567"],
                "postcode": ["10115"],
            },
        ),
        (
            "Ann Smith\n12 Mill Road\nann@x.example\n\nBob Jones\n13 Mill Road\nbob@y.example",
            _BOTH | {"postal address": ["12 Mill Road", "13 Mill Road"]},
        ),
        (
            "Hello\nsee\nthe\ndata\nName: Ann Smith\nUsername: asmith\nE-Mail: ann@x.example",
            _ANN | {"login": ["asmith"]},
        ),
        ("\n".join(["Ann Smith", *["and"] * 12, "ann@x.example"]), _ANN),
        ("\n".join(["Ann Smith", *["and"] * 13, "ann@x.example"]), {"addresses": ["ann@x.example"]}),
        ("Ann Smith\n" + "and " * 25 + "\nann@x.example", _ANN),
        ("Ann Smith\n" + "and " * 26 + "\nann@x.example", {"addresses": ["ann@x.example"]}),
        ("write to ann@x.example", {"addresses": ["ann@x.example"]}),
    ],
    ids=[
        "lines",
        "name above",
        "form",
        "signature",
        "blocks",
        "form below text",
        "long signature",
        "too long",
        "wide signature",
        "too wide",
        "address alone",
    ],
)
def test_records(text: str, records: Plain) -> None:
    """One for each person, however many lines they have."""
    assert plain(records_in_text(text, _scope(text))) == [records]


@pytest.mark.parametrize(
    ("text", "records"),
    [
        ("From: Bob Jones <bob@y.example>\nSent: Monday\n\nAnn Smith, ann@x.example", _ANN),
        ("On Monday Bob Jones <bob@y.example> wrote:\n> Ann Smith, ann@x.example", _ANN),
        ("To: Ann Smith, ann@x.example", _ANN),
        (
            "Author: Ann Smith <ann@x.example>\nSigned-off-by: Bob Jones <bob@y.example>\n\nFix it",
            {"addresses": ["ann@x.example", "bob@y.example"]},
        ),
        (
            " -- Ann Smith <ann@x.example>  Tue, 05 Mar 2024 10:00:00 +0000",
            {"addresses": ["ann@x.example"]},
        ),
        ("* Tue Mar 05 2024 Ann Smith <ann@x.example> - 1.2-3", {"addresses": ["ann@x.example"]}),
        (" -- Ann Smith, ann@x.example", _ANN),
    ],
    ids=["header", "attribution", "one label", "credits", "changelog", "changelog of RPM", "dashes"],
)
def test_headers_and_credits(text: str, records: Plain) -> None:
    """Addresses in a quoted header do not count at all; authors of a change have no record."""
    assert plain(records_in_text(text, _scope(text))) == [records]


@pytest.mark.parametrize(
    "text",
    [
        "Hello, how are you?",
        "Ann Smith, Bob Jones and Eve Oakes",
        "Jane Roe, jane@corp.example, 030 1234567",
        "Ann Smith, 030 1234567",
        "\n".join(f"{p.name}, 030 123456{number}" for number, p in enumerate(_PEOPLE[:4])),
        "\n".join(f"{p.name}, {p.street}" for p in _PEOPLE[:9]),
    ],
    ids=["prose", "names", "one of ours", "one phone", "few phones", "few streets"],
)
def test_texts_without_records(text: str) -> None:
    """Nothing is read closely that has no address of a third party and too few numbers or streets."""
    assert plain(records_in_text(text, _scope(text))) == []


def test_phones_without_addresses() -> None:
    """A list of names and phones, five at least."""
    names = [p.name for p in _PEOPLE[:5]]
    text = "\n".join(f"{name}, 030 123456{number}" for number, name in enumerate(names))
    assert plain(records_in_text(text, _scope(text))) == [
        {
            "name": names,
            "phone": [f"30123456{number}" for number in range(5)],
            "phone 1 as written": [f"030 123456{number}" for number in range(5)],
        }
    ]


def test_streets_without_addresses() -> None:
    """A list of envelopes."""
    text = "\n\n".join(f"{p.name}\n{number} Orchard Lane\n{p.town}" for number, p in enumerate(_PEOPLE, 1))
    assert plain(records_in_text(text, _scope(text))) == [
        {
            "name": [p.name for p in _PEOPLE],
            "postal address": [f"{number} Orchard Lane" for number in range(1, 13)],
        }
    ]


def test_single_phones_are_looked_up() -> None:
    """If there is a customer index."""
    scope = Scope(_is_third_party, lookup=True, customers=True)
    assert plain(records_in_text("Ann Smith, 030 1234567", scope)) == [{"phones": ["030 1234567"]}]


@pytest.mark.parametrize(
    ("known", "names"),
    [
        ([], ["", "", "", "", "", "", ""]),
        (["Ann Smith"], [*[""] * 7, "Ann Smith"]),
        (["Ann Smith", "Bob Jones"], [*WARES[:7], "Ann Smith", "Bob Jones"]),
    ],
)
def test_strange_names(known: list[str], names: list[str]) -> None:
    """What only has the shape of a name is one if a sixth of the names are known."""
    everything = [*WARES[:7], *known]
    text = "\n".join(f"{name}, +44 20 7946 {number + 1000}" for number, name in enumerate(everything))
    (found,) = plain(records_in_text(text, _scope(text)))
    assert found.get("name", [""] * 7) == names
