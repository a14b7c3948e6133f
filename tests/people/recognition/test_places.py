"""The places of a message's documents, and the records in each."""

from holdback.documents import Document, Table, Text
from holdback.mail.beat import no_beat
from holdback.people.recognition.places import records_in
from holdback.people.recognition.records import Scope
from people.recognition.plain import plain
from rig.opening import any_address

_TABLE = Table([("Kunde", "E-Mail"), ("Bob Jones", "bob@y.example")], where='sheet "x"', first=1)
_LETTER = Document("1", texts=(Text("Ann Smith, ann@x.example"), Text("nothing", where="page 2")))
_SHEET = Document("2", "list.xlsx", texts=(Text("see the sheet"),), tables=(_TABLE,))


def test_every_table_and_text_is_a_place() -> None:
    """In order, tables first; a place without records is one, too."""
    places = records_in([_LETTER, _SHEET], Scope(any_address), no_beat)
    assert [(place.document.path, place.source.where, plain(place.records)) for place in places] == [
        ("1", "", [{"e-mail": ["ann@x.example"], "name": ["Ann Smith"], "addresses": ["ann@x.example"]}]),
        ("1", "page 2", []),
        ("2", 'sheet "x"', [{"e-mail": ["bob@y.example"], "name": ["Bob Jones"], "rows above": 1}]),
        ("2", "", []),
    ]


def test_a_long_text_is_cut_between_paragraphs() -> None:
    """Every block of lines stays whole, however long the text is."""
    size = 5_000
    blocks = "\n\n".join(f"Ann Smith\nc{number}@x.example\n12 Mill Road{' ' * 60}" for number in range(size))
    (place,) = records_in([Document("1", texts=(Text(blocks),))], Scope(any_address), no_beat)
    found = plain(place.records)
    assert len(found) > 1
    assert [(record["name"], record["postal address"]) for record in found] == [
        (["Ann Smith"] * len(record["addresses"]), ["12 Mill Road"] * len(record["addresses"]))
        for record in found
    ]
    assert sum(len(record["addresses"]) for record in found) == size


def test_lists_without_addresses_are_tables_of_a_text() -> None:
    """Their records come after those of the lines."""
    names = ["Ann Smith", "Bob Jones", "Hugh Ashdown", "Nigel Oakes", "Imogen Larkin"] * 2
    births = [f"12.03.19{year}" for year in range(40, 90, 5)]
    text = "\n".join(map("\t".join, zip(names, births, strict=True)))
    (place,) = records_in([Document("1", texts=(Text(text),))], Scope(any_address), no_beat)
    *_, last = plain(place.records)
    assert last["name"] == names
    assert last["date of birth"] == births
