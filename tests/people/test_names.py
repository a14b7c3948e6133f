"""Names of people, and what only looks like them."""

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
def test_names_of_people_have_the_shape_of_names(value: str) -> None:
    """Two words and more, capitalised, titles and particles allowed."""
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
def test_other_things_do_not(value: str) -> None:
    """Companies, products and departments betray themselves."""
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
    """A common given name, or the ending of a family name, is evidence."""
    assert is_known(person(value)) == known


@pytest.mark.parametrize("other", ["Smith, Ann", "ANN SMITH", "Ms Ann Smith", " ann  smith "])
def test_one_person_has_one_key(other: str) -> None:
    """However the name is written."""
    assert name_key(other) == name_key("Ann Smith")
