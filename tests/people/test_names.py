"""Recognition of people's names, and near misses."""

import pytest
from holdback.people.fields.names import is_known, name_key, person


@pytest.mark.parametrize(
    "value",
    [
        "Ann Smith",
        "SMITH, ANN",
        "Dr. Jan van der Berg",
        "María del Carmen Ibarrola",
        "O'Brien, Pat",
        "Solène d'Aubigny",
        "Jean-Pierre Lefèvre",
        "John F. Kennedy",
        "Nguyễn Văn An",
        "山田 太郎",
        "山田太郎",
        "Раиса Орлова",
        "Gülşen Karaoğlu",
    ],
)
def test_full_names_are_recognised(value: str) -> None:
    """At least two capitalised words; titles and particles are allowed."""
    assert person(value)


@pytest.mark.parametrize(
    "value",
    [
        "Ann",
        "Desk lamp 12",
        "Brinkmann GmbH",
        "Whitcombe & Sons",
        "Acme Ltd.",
        "Human resources",
        "Quality Control Department",
        "株式会社山田",
        "営業部",
        "https://x.example/",
        "in stock",
        "R2 D2",
        "",
        " ",
        ",",
    ],
)
def test_names_of_other_things_are_not_recognised(value: str) -> None:
    """Companies, products and departments."""
    assert not person(value)


@pytest.mark.parametrize(
    ("value", "known"),
    [
        ("Ann Whitcombe", True),
        ("Zdzisław Gołąbek", True),
        ("Xqzt Brzyk", False),
        ("Gülşen Karaoğlu", True),
        ("佐藤恵子", True),
        ("Desk Lamp", False),
        ("Stainless Steel", False),
        ("New York", False),
        ("Port Authority", False),
    ],
)
def test_known_names(value: str, known: bool) -> None:
    """A common given name or the ending of a family name makes a known name."""
    assert is_known(person(value)) == known


@pytest.mark.parametrize("other", ["Smith, Ann", "ANN SMITH", "Ms Ann Smith", " ann  smith "])
def test_all_spellings_of_a_name_have_one_key(other: str) -> None:
    """Order, capitals and titles do not change the key."""
    assert name_key(other) == name_key("Ann Smith")
