"""Recognition of people's names, and near misses."""

import pytest
from holdback.people.fields.names import initials_and_name, is_known, name_key, person


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


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("A. Smith", True),
        ("A Smith", True),
        ("J.-P. Lefèvre", True),
        ("A.B. van der Berg", True),
        ("Smith, A.", True),
        ("Öttinger J. R.", True),
        ("Р. Орлова", True),
        ("P. O'Brien", True),
        ("A. Ltd", False),
        ("A. 12", False),
        ("E. coli 7", False),
        ("Smith", False),
        ("No. 7", False),
        ("e.g. this", False),
        ("A.", False),
    ],
)
def test_initials_before_or_behind_a_family_name(value: str, expected: bool) -> None:
    """As phone lists write names; they count only where the other columns make them people's."""
    assert bool(initials_and_name(value)) == expected
