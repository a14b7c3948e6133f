"""One spelling for phones, ids, logins, names and postcodes; `phonenumbers` is the second opinion."""

import random
import string
from unicodedata import normalize

import phonenumbers
import pytest
from holdback.people.fields.canonical import customer_id, email, login, name, name_and_id, name_and_postcode
from holdback.people.fields.phone_regions import REGIONS
from holdback.people.fields.phones import canonical as phone
from holdback.people.fields.phones import canonical_each as phones
from holdback.people.parties.domains import registrable_of as domain
from hypothesis import given
from hypothesis import strategies as st
from rig.people import LANGUAGES, people

_GERMAN = "+49301234567"


@pytest.mark.parametrize(
    ("written", "region", "expected"),
    [
        ("+49 30 1234567", "", _GERMAN),
        ("+49 30 1234567", "US", _GERMAN),
        ("0049 30 1234567", "", _GERMAN),
        ("0049 30 1234567", "US", _GERMAN),
        ("011 49 30 1234567", "US", _GERMAN),
        ("(030) 123-4567", "DE", _GERMAN),
        ("030/123-45 67", "DE", _GERMAN),
        ("030 123\u00a045\u202f67", "DE", _GERMAN),
        ("030.123.45.67", "DE", _GERMAN),
        ("+49 (0)30 1234567", "", _GERMAN),
        ("+49 (0) 30 – 1234567", "GB", _GERMAN),
        ("(+49) 030 1234567", "", _GERMAN),
        ("tel:+49-30-1234567", "", _GERMAN),
        ("TEL:+49-30-1234567", "", _GERMAN),
        ("+49 30 1234567 ext. 89", "", _GERMAN),
        ("+49 30 1234567x89", "", _GERMAN),
        ("+49 30 1234567 #89", "", _GERMAN),
        ("030 1234567 Durchwahl 12", "DE", _GERMAN),
        ("tel:+49-30-1234567;ext=89", "", _GERMAN),
        ("030 1234567 (privat)", "DE", _GERMAN),
        ("０３０１２３４５６７", "DE", _GERMAN),
        ("٠٣٠١٢٣٤٥٦٧", "DE", _GERMAN),
        ("301234567", "DE", _GERMAN),
        ("+44 (0)20 7946 0958", "", "+442079460958"),
        ("7911 123456", "GB", "+447911123456"),
        ("555-123-4567", "US", "+15551234567"),
        ("1-555-123-4567", "US", "+15551234567"),
        ("(555) 123-4567", "CA", "+15551234567"),
        ("06 1234 5678", "IT", "+390612345678"),
        ("+39 06 1234 5678", "", "+390612345678"),
        ("06 1 234 5678", "HU", "+3612345678"),
        ("8 (495) 123-45-67", "RU", "+74951234567"),
        ("+7 (495) 123-45-67", "", "+74951234567"),
        ("8 029 123-45-67", "BY", "+375291234567"),
        ("491711234567", "DE", "+491711234567"),
        ("5511987654321", "BR", "+5511987654321"),
        ("55 98765-4321", "BR", "+5555987654321"),
        ("010 49 30 1234567", "JP", _GERMAN),
        ("0011 49 30 1234567", "AU", _GERMAN),
    ],
)
def test_notations(written: str, region: str, expected: str) -> None:
    """Whatever stands around the digits, the number is the same."""
    assert expected == phone(written, region)


@pytest.mark.parametrize(
    ("written", "region"),
    [
        ("030 1234567", ""),
        ("1234567", ""),
        ("1234567", "DE"),
        ("123-4567", "US"),
        ("555 123 456", "US"),
        ("0 555 123 4567", "US"),
        ("112", "DE"),
        ("", "DE"),
        ("+", "DE"),
        ("00", "DE"),
        ("+0 30 1234567", ""),
        ("+999 30 1234567", ""),
        ("+49 30 1234567 +49 30 7654321", ""),
        ("+49 30 1234567 / 030 7654321", "DE"),
        ("000000000", "DE"),
        ("1111111111", "DE"),
        ("ask Ann", "DE"),
        ("12 Main Street", "DE"),
        ("ann@x.example", "DE"),
        ("2024-01-02T10:00", "DK"),
        ("30 123 4567 89012345", "DE"),
    ],
)
def test_no_numbers(written: str, region: str) -> None:
    """Too short, too long, two at once, without a country, or something else."""
    assert "" == phone(written, region)


@pytest.mark.parametrize("sign", ["1", "(", "+", "x", " ", "١", "ﷺ", "\ud800"])
def test_a_very_long_cell_is_no_number(sign: str) -> None:
    """Hostile cells are read once, whatever is in them."""
    assert "" == phone(sign * 100_000, "DE") == phone("030" + sign * 100_000, "DE")


def _examples() -> list[tuple[str, phonenumbers.PhoneNumber]]:
    """Valid numbers of every region, by the library: its examples with other last digits."""
    chance, found = random.Random(7), []
    types = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE)
    for region in sorted(phonenumbers.SUPPORTED_REGIONS & set(REGIONS)):
        for kind in types:
            example = phonenumbers.example_number_for_type(region, kind)
            for _ in range(6 if example and len(str(example.national_number)) > 4 else 0):
                number = phonenumbers.PhoneNumber()
                number.merge_from(example)
                number.national_number += chance.randrange(100) - example.national_number % 100
                if phonenumbers.is_valid_number(number):
                    found.append((region, number))
    return found


def test_the_second_opinion() -> None:
    """Thousands of numbers of all regions, as written at home and abroad, give what `phonenumbers` gives."""
    formats = phonenumbers.PhoneNumberFormat
    differing = set()
    for region, number in _examples():
        expected = phonenumbers.format_number(number, formats.E164)
        written = {
            phonenumbers.format_number(number, formats.INTERNATIONAL): "",
            phonenumbers.format_number(number, formats.RFC3966): "",
            phonenumbers.format_number(number, formats.NATIONAL): region,
            phonenumbers.format_out_of_country_calling_number(number, "GB"): "GB",
            phonenumbers.format_out_of_country_calling_number(number, "US"): "US",
        }
        differing |= {(text, home) for text, home in written.items() if phone(text, home) != expected}
    # Argentina's mobile numbers are other ones abroad (9 before, 15 within): nobody's list mixes the two.
    assert set() == {(text, home) for text, home in differing if home != "AR"}


def test_every_region_of_the_second_opinion_is_in_the_table() -> None:
    """Ascension and Tristan da Cunha are no codes of ISO 3166-1."""
    codes = {region: str(phonenumbers.country_code_for_region(region)) for region in REGIONS}
    assert codes == {region: code for region, (code, _, _) in REGIONS.items()}
    assert {"AC", "TA"} == phonenumbers.SUPPORTED_REGIONS - set(REGIONS)


_MARKS = st.text(alphabet=" -./()\u00a0", max_size=2)
_REGION = st.sampled_from(sorted(REGIONS))
_ANY = st.text(max_size=40) | st.text(alphabet=string.digits + "+() -/.x#", max_size=24)


@given(_ANY, _REGION | st.just(""))
def test_a_number_stays_what_it_is(written: str, region: str) -> None:
    """Normalising twice changes nothing, at home or abroad."""
    once = phone(written, region)
    assert once == phone(once, region) == phone(once)


@given(st.text(alphabet=string.digits, min_size=5, max_size=14), st.lists(_MARKS, min_size=15), _REGION)
def test_marks_do_not_matter(digits: str, marks: list[str], region: str) -> None:
    """Blanks, hyphens, dots, slashes and brackets between the digits are dress."""
    dressed = "".join(mark + digit for digit, mark in zip(digits, marks, strict=False))
    assert phone(digits, region) == phone(dressed, region)


@given(_ANY)
def test_ids_logins_and_domains_stay_what_they_are(written: str) -> None:
    """Normalising twice changes nothing, nor do case and blanks around."""
    for normalise in (customer_id, login, domain):
        once = normalise(written)
        assert once == normalise(once)
    assert customer_id(written) == customer_id(f"  {written}\t")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_name_is_the_same_in_any_dress(language: str) -> None:
    """Capitals, order, title, accents written apart: it stays what it is."""
    for someone in people(72, language):
        given_name, family = someone.name.split(" ")
        dressed = (
            someone.name.upper(),
            f"{family}, {given_name}",
            f"Dr. {someone.name}",
            f" {family}  {given_name}\t",
        )
        expected = name(someone.name)
        assert {expected} == {
            name(written) for written in (*dressed, normalize("NFD", someone.name), expected)
        }


@pytest.mark.parametrize(
    "written", ["", " ", "-", "--", "n/a", "N/A", "None", "NULL", "?", "000000", "unbekannt", "."]
)
def test_a_placeholder_is_nothing(written: str) -> None:
    """What people write where they have nothing to write joins nobody."""
    assert "" == customer_id(written) == login(written) == name(written)
    assert "" == name_and_id("Ann Smith", written)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (customer_id(" KD-0012 "), customer_id("kd-0012")),
        (login("ASmith"), login("asmith ")),
        (name_and_postcode("Smith, Ann", "ab1 2cd"), name_and_postcode("Ms ANN SMITH", "AB12CD")),
        (name_and_postcode("Łukasz Król", "00-950"), name_and_postcode("Lukasz Krol", "00950")),
        (name_and_postcode("Ann Smith", "12345-6789"), name_and_postcode("Ann Smith", "12345")),
        (name_and_postcode("山田花子", "100-0001"), name_and_postcode("山田花子", "1000001")),
        (name_and_id("Smith, Ann", "K7"), name_and_id("Ann Smith", "k7")),
        (email("Ann Smith <Ann+news@X.example>"), email("ann@x.example")),
        (domain("mail.Shop.CO.UK."), domain("shop.co.uk")),
    ],
)
def test_dress_does_not_matter(left: str, right: str) -> None:
    """Case, blanks, order, titles and marks."""
    assert left == right != ""


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (customer_id("K7"), customer_id("K-7")),
        (customer_id("007"), customer_id("7")),
        (name_and_postcode("Ann Smith", "10115"), name_and_postcode("Bob Smith", "10115")),
        (name_and_postcode("Ann Smith", "10115"), name_and_postcode("Ann Smith", "10117")),
        (name_and_id("Ann Smith", "K7"), name_and_id("Ann Smith", "K8")),
        (domain("shop.co.uk"), domain("store.co.uk")),
    ],
)
def test_near_misses_differ(left: str, right: str) -> None:
    """Other people are other people."""
    assert left != right


@pytest.mark.parametrize(
    ("who", "postcode"), [("Smith", "10115"), ("Ann Smith", ""), ("Ann Smith", "-"), ("", "1")]
)
def test_a_name_and_a_postcode_take_both(who: str, postcode: str) -> None:
    """One word of a name is half the village."""
    assert "" == name_and_postcode(who, postcode)


@pytest.mark.parametrize("written", ["", ".", "a b", "a..b", "@x.example?"])
def test_no_domains(written: str) -> None:
    """Whatever else stands where a domain should."""
    assert "" == domain(written)


@given(st.from_regex(r"(?:[A-Za-z0-9+']|\.(?!\+)){1,20}@[A-Za-z0-9-]{1,9}\.[A-Za-z]{2,5}", fullmatch=True))
def test_an_address_stays_what_it_is(written: str) -> None:
    """Normalising twice changes nothing; a name around it does not either."""
    assert (
        email(written) == email(email(written)) == email(f"Ann Smith <{written}>") == email(written.upper())
    )


@given(st.lists(st.text("+0123456789 ()-.x\0ü", max_size=20) | st.just("1" * 200), max_size=10))
def test_many_phones_are_read_as_each_alone(written: list[str]) -> None:
    """Whatever stands in the cells."""
    assert phones(written, "DE") == [phone(one, "DE") for one in written]
