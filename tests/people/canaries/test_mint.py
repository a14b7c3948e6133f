"""Invented addresses, and rows in the style of a given list."""

import csv
import io
from random import Random

import pytest
from holdback.canary_minting.mint import FictitiousPerson, NamesExhausted, mint
from holdback.canary_minting.names import NAMES
from holdback.canary_minting.rows import make_rows
from holdback.canary_minting.sample import NoSampleTable, read_sample
from holdback.checks.customer_data import customer_data
from holdback.documents import Budget, open_parts
from holdback.inspection import evidence_of
from holdback.mail import Envelope, Limits, Message, Part
from holdback.people.fields.addresses import is_address
from holdback.people.knowledge import Knowledge
from holdback.people.parties.domains import company_domains
from rig.people import HEADINGS, people


def _free(_address: str) -> bool:
    return False


@pytest.mark.parametrize("plus", ["", "jane"])
def test_a_thousand_addresses_are_all_different(plus: str) -> None:
    """Each is an ASCII address at the requested domain."""
    addresses = [one.address for one in mint(1000, "Corp.example", plus, _free, Random(1))]
    assert len(set(addresses)) == 1000
    assert all(is_address(address) and address.isascii() for address in addresses)
    assert {address.partition("@")[2] for address in addresses} == {"corp.example"}
    assert all(address.startswith("jane+") for address in addresses) == bool(plus)


def test_addresses_have_several_styles() -> None:
    """One style only would reveal the canaries."""
    locals_ = [one.address.partition("@")[0] for one in mint(300, "corp.example", "", _free, Random(2))]
    for fits in (
        lambda local: "." in local,
        lambda local: "_" in local,
        lambda local: local.isalpha(),
        lambda local: local[-1].isdecimal(),
    ):
        assert 20 < sum(map(fits, locals_)) < 280


def test_addresses_in_use_are_avoided() -> None:
    """Neither another canary's address nor a customer's."""
    first = {one.address for one in mint(500, "corp.example", "", _free, Random(3))}
    again = {one.address for one in mint(500, "corp.example", "", first.__contains__, Random(14))}
    assert not first & again


def test_no_free_address() -> None:
    """An error, not an endless loop."""
    with pytest.raises(NamesExhausted):
        mint(1, "corp.example", "", lambda _: True, Random(4))


def test_international_domains() -> None:
    """The address has A-labels (RFC 5891)."""
    (one,) = mint(1, "Müller.example", "", _free, Random(5))
    assert one.address.endswith("@xn--mller-kva.example")


_ANN = FictitiousPerson("Amélie", "Bergström", "amelie_bergstrom94@corp.example")


def _list(
    language: str = "en", delimiter: str = ",", quoting: int = csv.QUOTE_MINIMAL, end: str = "\n"
) -> str:
    """Return a CSV of 100 customers with ids, plans, dates and prices."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=quoting)  # type: ignore[arg-type]
    writer.writerow(["KundenNr", *HEADINGS[language], "Plan", "since", "Price"])
    for n, p in enumerate(people(100, language)):
        since = f"{n % 28 + 1:02}.{n % 12 + 1:02}.2019"
        writer.writerow(
            [f"K-{10_000 + 7 * n}", *p.row, ("gold", "basic")[n % 2], since, f"{n + 10},{n % 90 + 10}"]
        )
    return out.getvalue()


def _rows(content: bytes, *minted: FictitiousPerson) -> list[list[str]]:
    return make_rows(read_sample(content), minted or (_ANN,), Random(6))


@pytest.mark.parametrize(
    ("delimiter", "quoting", "end", "charset"),
    [
        (",", csv.QUOTE_MINIMAL, "\n", "utf-8"),
        (";", csv.QUOTE_MINIMAL, "\r\n", "cp1252"),
        ("\t", csv.QUOTE_MINIMAL, "\n", "utf-16-le"),
        (";", csv.QUOTE_ALL, "\r\n", "utf-8"),
        ("|", csv.QUOTE_ALL, "\n", "cp1252"),
    ],
)
def test_rows_are_encoded_like_the_file(delimiter: str, quoting: int, end: str, charset: str) -> None:
    """Encoding header and rows of the sample gives the original bytes."""
    content = _list("de", delimiter, quoting, end).encode(charset)
    sample = read_sample(content)
    old = [sample.header, *zip(*sample.columns, strict=True)]
    assert sample.encode(old) == content
    new = sample.encode(make_rows(sample, [_ANN], Random(6))).decode(charset)
    assert [len(row) for row in csv.reader([new], delimiter=delimiter)] == [9]
    assert new.endswith(end)
    assert new.startswith('"') == (quoting == csv.QUOTE_ALL)


def test_every_column_is_filled_by_its_kind() -> None:
    """The phone number is fictitious; all other values could be any customer's."""
    sample = read_sample(_list("de").encode())
    ((number, name, mail, phone, street, city, plan, since, price),) = make_rows(sample, [_ANN], Random(6))
    assert (name, mail) == ("Amélie Bergström", "amelie_bergstrom94@corp.example")
    assert number not in sample.columns[0]
    assert (number[:3], len(number)) == ("K-1", 7)
    assert phone.startswith("+49 30 23125 ")
    assert street.startswith("High Street ")
    assert (city in sample.columns[5], plan in ("gold", "basic"), since[-5:]) == (True, True, ".2019")
    assert 10 <= float(price.replace(",", ".")) <= 200


def test_no_row_has_a_real_identifier() -> None:
    """Id, address and phone occur in no other row."""
    sample = read_sample(_list().encode())
    rows = make_rows(sample, mint(50, "corp.example", "", _free, Random(8)), Random(9))
    for index in (0, 2, 3):
        assert not {row[index] for row in rows} & set(sample.columns[index])
    assert len({row[0] for row in rows}) == 50


@pytest.mark.parametrize("language", list(HEADINGS))
def test_the_rows_count_as_customers(language: str) -> None:
    """The list counts that many more people."""
    content = _list(language).encode()
    minted = mint(30, "shop.example", "", _free, Random(10))
    sample = read_sample(content)
    grown = sample.encode([sample.header, *make_rows(sample, minted, Random(11))])
    for table, expected in ((grown, 30), (content + grown.partition(b"\n")[2], 130)):
        part = Part("2", table, "text/csv", "list.csv", attached=True)
        documents = open_parts((part,), Budget(Limits(), lambda: True))
        envelope = Envelope("me@corp.example", ("x@other.example",))
        evidence = evidence_of(envelope, Message(), documents, Knowledge(company_domains(["corp.example"])))
        assert [f.count for f in customer_data(evidence) if f.kind == "records"] == [expected]


@pytest.mark.parametrize(
    ("header", "row", "expected"),
    [
        ("Vorname;Nachname;Mail", "Jane;Doe;jane{n}@x.example", "Amélie;Bergström;{mail}"),
        ("Name;Mail", "Doe, Jane;jane{n}@x.example", "Bergström, Amélie;{mail}"),
        ("Name;Mail", "JANE DOE;jane{n}@x.example", "AMÉLIE BERGSTRÖM;{mail}"),
        ("Contact;City", "Jane Doe <jane{n}@x.example>;London", "Amélie Bergström <{mail}>;London"),
        (
            "Name;Mail;Phone",
            "Jane Doe;jane{n}@x.example;(212) 555-01{n}",
            "Amélie Bergström;{mail};202-555-01",
        ),
        ("Name;Mail;Phone", "Jane Doe;jane{n}@x.example;02079460{n}0", "Amélie Bergström;{mail};07700900"),
        ("Name;Mail;Phone", "Jane Doe;jane{n}@x.example;+336991234{n}", "Amélie Bergström;{mail};+3363998"),
        (
            "Name;Mail;Phone",
            "Jane Doe;jane{n}@x.example;06 31 52 89 {n}",
            "Amélie Bergström;{mail};06 39 98 ",
        ),
        ("Name;Mail;Phone", "Jane Doe;jane{n}@x.example;823 958 9{n}", "Amélie Bergström;{mail};"),
        ("nom;prénom;courriel", "MOREAU;Jane;jane{n}@x.example", "BERGSTRÖM;Amélie;{mail}"),
        ("Name;Mail;Paid", "Jane Doe;jane{n}@x.example;$ {n}.15", "Amélie Bergström;{mail};$ "),
        ("Name;Mail;Paid", "Jane Doe;jane{n}@x.example;{n}.15 or so", "Amélie Bergström;{mail};"),
        ("Name;Mail;No", "Jane Doe;jane{n}@x.example;{n}", "Amélie Bergström;{mail};"),
        ("Name;Mail;Note", "Jane Doe;jane{n}@x.example;likes {n} dogs", "Amélie Bergström;{mail};"),
    ],
)
def test_styles_of_columns_are_kept(header: str, row: str, expected: str) -> None:
    """Separate or reversed names, mailboxes, phones of several countries, unique remarks."""
    lines = [header, *(row.format(n=n) for n in range(20, 60))]
    sample = read_sample("\n".join(lines).encode())
    (made,) = make_rows(sample, [_ANN], Random(12))
    assert ";".join(made).startswith(expected.format(mail=_ANN.address))


def test_accents_follow_the_charset() -> None:
    """A name with replacement characters would reveal the canary."""
    content = "Имя;Почта\n" + "".join(f"Ольга Попова;olga{n}@x.example\n" for n in range(40))
    ((name, _),) = _rows(content.encode("cp1251"))
    assert name == "Amelie Bergstrom"


def test_consecutive_ids_are_continued() -> None:
    """All ids up to the last are in use."""
    lines = ["No;Name;Mail", *(f"{n};Jane Doe;jane{n}@x.example" for n in range(1, 100))]
    minted = mint(20, "corp.example", "", _free, Random(13))
    numbers = [int(row[0]) for row in _rows("\n".join(lines).encode(), *minted)]
    assert min(numbers) > 99
    assert len(set(numbers)) == 20


@pytest.mark.parametrize("content", [b"", b"Hello", b"a;b\n1;2\n3;4\n5;6\n", b"\0\xff" * 99])
def test_a_file_without_customers_is_refused(content: bytes) -> None:
    """There is no style to imitate."""
    with pytest.raises(NoSampleTable):
        read_sample(content)


def test_unpadded_dates() -> None:
    """`2023/3/4` where the column has no `2023/03/04`."""
    lines = [
        "Name;Mail;Since",
        *(f"Jane Doe;jane{n}@x.example;2023/{n % 12 + 1}/{n % 28 + 1}" for n in range(99)),
    ]
    minted = mint(50, "corp.example", "", _free, Random(14))
    days = {row[2] for row in _rows("\n".join(lines).encode(), *minted)}
    assert not [day for day in days if "/0" in day]
    assert len(days) > 30


def test_names_go_together() -> None:
    """Most people have both names of one language."""
    minted = mint(500, "corp.example", "", _free, Random(15))
    together = [
        one for one in minted if any(one.given in given and one.family in family for given, family in NAMES)
    ]
    assert len(together) > 400
