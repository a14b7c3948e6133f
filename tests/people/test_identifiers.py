"""Canonical forms of phones, ids, logins, names and postcodes; phones are compared with `phonenumbers`."""

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
    """All notations of a number have the same canonical form."""
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
def test_text_that_is_no_phone_number(written: str, region: str) -> None:
    """Too short, too long, two numbers, without a country, or something else."""
    assert "" == phone(written, region)


@pytest.mark.parametrize("sign", ["1", "(", "+", "x", " ", "١", "ﷺ", "\ud800"])
def test_a_very_long_cell_is_no_number(sign: str) -> None:
    """Long cells take little time, whatever they contain."""
    assert "" == phone(sign * 100_000, "DE") == phone("030" + sign * 100_000, "DE")


def _examples() -> list[tuple[str, phonenumbers.PhoneNumber]]:
    """Return valid numbers of every region: the library's examples with other last digits."""
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


def test_phones_equal_those_of_phonenumbers() -> None:
    """Thousands of numbers of all regions, in national and international notation, give the same result."""
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
    # Argentina's mobiles differ in international (9) and national notation (15); lists do not mix the two.
    assert set() == {(text, home) for text, home in differing if home != "AR"}


def test_every_region_of_phonenumbers_is_in_the_table() -> None:
    """Except Ascension and Tristan da Cunha, which have no ISO 3166-1 code."""
    codes = {region: str(phonenumbers.country_code_for_region(region)) for region in REGIONS}
    assert codes == {region: code for region, (code, _, _) in REGIONS.items()}
    assert {"AC", "TA"} == phonenumbers.SUPPORTED_REGIONS - set(REGIONS)


_MARKS = st.text(alphabet=" -./()\u00a0", max_size=2)
_REGION = st.sampled_from(sorted(REGIONS))
_ANY = st.text(max_size=40) | st.text(alphabet=string.digits + "+() -/.x#", max_size=24)


@given(_ANY, _REGION | st.just(""))
def test_normalising_a_phone_twice_changes_nothing(written: str, region: str) -> None:
    """With the number's own region and with another one."""
    once = phone(written, region)
    assert once == phone(once, region) == phone(once)


@given(st.text(alphabet=string.digits, min_size=5, max_size=14), st.lists(_MARKS, min_size=15), _REGION)
def test_marks_do_not_matter(digits: str, marks: list[str], region: str) -> None:
    """Blanks, hyphens, dots, slashes and brackets between the digits do not change the number."""
    dressed = "".join(mark + digit for digit, mark in zip(digits, marks, strict=False))
    assert phone(digits, region) == phone(dressed, region)


@given(_ANY)
def test_normalising_ids_logins_and_domains_twice_changes_nothing(written: str) -> None:
    """Neither do case and surrounding blanks."""
    for normalise in (customer_id, login, domain):
        once = normalise(written)
        assert once == normalise(once)
    assert customer_id(written) == customer_id(f"  {written}\t")


@pytest.mark.parametrize("language", LANGUAGES)
def test_spellings_of_a_name_are_equal(language: str) -> None:
    """Capitals, order, titles and decomposed accents do not matter."""
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
def test_a_placeholder_is_empty(written: str) -> None:
    """Placeholders such as `n/a` identify no one."""
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
def test_equal_values_in_different_spellings(left: str, right: str) -> None:
    """Case, blanks, order, titles and marks do not matter."""
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
    """Similar values of different people are not equal."""
    assert left != right


@pytest.mark.parametrize(
    ("who", "postcode"), [("Smith", "10115"), ("Ann Smith", ""), ("Ann Smith", "-"), ("", "1")]
)
def test_name_and_postcode_need_both(who: str, postcode: str) -> None:
    """A single word is not enough of a name."""
    assert "" == name_and_postcode(who, postcode)


@pytest.mark.parametrize("written", ["", ".", "a b", "a..b", "@x.example?"])
def test_text_that_is_no_domain(written: str) -> None:
    """Other text has no registrable domain."""
    assert "" == domain(written)


@given(st.from_regex(r"(?:[A-Za-z0-9+']|\.(?!\+)){1,20}@[A-Za-z0-9-]{1,9}\.[A-Za-z]{2,5}", fullmatch=True))
def test_normalising_an_address_twice_changes_nothing(written: str) -> None:
    """Neither does a name around it."""
    assert (
        email(written) == email(email(written)) == email(f"Ann Smith <{written}>") == email(written.upper())
    )


@given(st.lists(st.text("+0123456789 ()-.x\0ü", max_size=20) | st.just("1" * 200), max_size=10))
def test_canonical_each_equals_canonical(written: list[str]) -> None:
    """For any cells."""
    assert phones(written, "DE") == [phone(one, "DE") for one in written]
