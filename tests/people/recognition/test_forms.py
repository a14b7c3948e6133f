"""Records in labelled lines."""

import pytest
from holdback.people.recognition.forms import labels, records_in_form
from people.recognition.plain import plain_record

_ANN = {"e-mail": "ann@x.example", "name": "Ann Smith"}
_BOB = {"e-mail": "bob@y.example", "name": "Bob Jones"}

_DIALLED = {"name": "Ann Smith", "phone": "301234567", "as written": "030 1234567"}
_ALSO = {"name": "Bob Jones", "phone": "307654321", "as written": "030 7654321"}


@pytest.mark.parametrize(
    ("form", "records"),
    [
        ("Name: Ann Smith|E-Mail: ann@x.example|Name: Bob Jones|E-Mail: bob@y.example", [_ANN, _BOB]),
        ("E-Mail: ann@x.example|Name: Ann Smith|E-Mail: bob@y.example|Name: Bob Jones", [_ANN, _BOB]),
        (
            "customers:|- name: Ann Smith|  email: ann@x.example|- name: Bob Jones|  email: bob@y.example",
            [_ANN, _BOB],
        ),
        ("Name = Ann Smith|Login\tasmith", [{"name": "Ann Smith", "login": "asmith"}]),
        (
            "Vorname: Ann|Nachname: Smith|PLZ: 10115|Telefon: 030 1234567|Mobile: 0171 1234567",
            [{"name": "Ann Smith", "phone": "301234567", "as written": "030 1234567", "postcode": "10115"}],
        ),
        ("Name: Ann Smith|Address: 12 Mill Road", [{"name": "Ann Smith", "postal address": "12 Mill Road"}]),
        ("Name: Ann Smith|Address: ann@x.example", [_ANN]),
        (
            "Name: Acme Ltd|IBAN: DE89370400440532013000|DOB: 12.03.1985",
            [{"IBAN": "DE89370400440532013000", "date of birth": "12.03.1985"}],
        ),
        ("氏名：佐藤 恵子|顧客番号：4711", [{"name": "佐藤 恵子", "customer id": "4711"}]),
        ("Name: Ann Smith|E-Mail:|IBAN: unknown", [{"name": "Ann Smith"}]),
        ("Telefon: 030 1234567|Name: Ann Smith|Telefon: 030 7654321|Name: Bob Jones", [_DIALLED, _ALSO]),
        ("Telefon: 030 1234567|Name: Ann Smith|Mobil: 0171 1234567", [_DIALLED]),
        ("Telefon: 030 1234567|Telefon: 0171 1234567|Name: Ann Smith", [_DIALLED]),
        ("Telefon: 030 1234567|Name: Ann Smith|Name: Bob Jones", [_DIALLED, {"name": "Bob Jones"}]),
    ],
)
def test_a_repeated_label_begins_the_next_record(form: str, records: list[dict[str, str]]) -> None:
    """If it is that of a name, an address or a customer number, or began the record; `|` separates lines."""
    found = records_in_form(labels(form.split("|")))
    assert [plain_record(record) for record in found] == records


@pytest.mark.parametrize(
    ("lines", "count"),
    [
        ("Name: Ann Smith|E-Mail: ann@x.example", 2),
        ("Name: Ann Smith|E-Mail: ann@x.example|one|two|three|four", 2),
        ("Name: Ann Smith|E-Mail: ann@x.example|one|two|three|four|five", 0),
        ("Name: Ann Smith|Time: 10:15", 0),
        ("Hello Ann|see https://x.example", 0),
    ],
)
def test_a_third_of_the_lines_are_labelled(lines: str, count: int) -> None:
    """Two at least, or they are no form."""
    assert len(labels(lines.split("|"))) == count
