"""Sources of customers: rows of files in any format, and the columns that identify customers."""

import csv
import io
import json
from contextlib import ExitStack
from pathlib import Path

import pytest
from holdback.customer_list.sources import SourceTable, batches, open_sources, parse_column_options
from holdback.customer_list.sources.delimited import delimited
from holdback.customer_list.sources.documents import streams_of
from holdback.customer_list.sources.json_lines import json_lines
from holdback.customer_list.sources.text import pieces
from holdback.documents.document import Document, Table
from holdback.exits import Exit, Failure
from hypothesis import given
from hypothesis import strategies as st
from rig.people import HEADINGS, people

CELL = st.text(st.sampled_from('ab1@ \n"äЖ€'), max_size=12)
ROWS = st.lists(st.tuples(st.just("row"), CELL, CELL, CELL), min_size=1, max_size=12)


class Dribble(io.BytesIO):
    """A file that returns a few bytes at a time, as a pipe may."""

    def __init__(self, content: bytes, size: int) -> None:
        super().__init__(content)
        self.size = size

    def read(self, _: int | None = -1, /) -> bytes:
        return super().read(self.size)


def written(rows: list[tuple[str, ...]], charset: str) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";", lineterminator="\n").writerows(rows)
    return out.getvalue().encode(charset)


def opened(path: Path, content: bytes | str, *options: str) -> list[SourceTable]:
    """Return the tables of a file after reading all rows."""
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with ExitStack() as stack:
        found = open_sources([str(path)], None, parse_column_options(options), stack)
        for each in found:
            for _ in batches(each):
                pass
    return found


@given(rows=ROWS, size=st.integers(1, 40), charset=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_rows_do_not_depend_on_how_the_file_is_cut(
    rows: list[tuple[str, ...]], size: int, charset: str
) -> None:
    """Multi-line cells, wide characters and marks survive reads of any size."""
    content = written([("row", "first", "second", "third"), *rows], charset)
    found = delimited(pieces(content[:64], Dribble(content[64:], size)))
    assert [tuple(row) for row in found][1:] == rows


@pytest.mark.parametrize("charset", ["cp1252", "cp1251", "shift-jis", "utf-8", "utf-16-be"])
def test_charsets_of_a_large_file(charset: str) -> None:
    """The first non-ASCII line comes late; all lines are decoded alike."""
    language = {"cp1251": "ru", "shift-jis": "ja"}.get(charset, "de")
    names = [(person.name, person.email) for person in people(300, language)]
    content = written([("name", "email"), *[("x", "x@x.example")] * 3000, *names], charset)
    found = list(delimited(pieces(content[:64], Dribble(content[64:], 4096))))
    assert [tuple(row) for row in found[-300:]] == names


def test_a_quote_that_is_never_closed() -> None:
    """It costs at most its own row, and the file is still read in pieces."""
    rows = [
        f"{number};u{number}@x.example;" + ('5" pipe' if number == 7 else "none") for number in range(9000)
    ]
    content = "\n".join(["id;email;note", *rows]).encode()
    found = list(delimited(pieces(content[:64], Dribble(content[64:], 10_000))))
    assert sum(row[1] == f"u{number}@x.example" for number, row in enumerate(found[1:])) >= 8_999


@pytest.mark.parametrize(
    ("line", "flat"),
    [
        ('{"a": 1, "b": "x"}', {"a": "1", "b": "x"}),
        ('{"a": {"b": {"c": "x"}}}', {"a.b.c": "x"}),
        ('{"a": ["x", {"b": "y"}]}', {"a.1": "x", "a.2.b": "y"}),
        ('{"a": null, "b": true, "c": 1.5}', {"c": "1.5"}),
        ("[1]", None),
        ("{", None),
        ('{"a": ' + "[" * 100_000, None),
    ],
)
def test_json_lines(line: str, flat: dict[str, str] | None) -> None:
    """Nested objects become flat columns; a line that is not an object is an unreadable row."""
    header, rows = json_lines(iter([line + "\n"]), set())
    found = [dict(zip(header, row, strict=True)) if row else None for row in rows]
    assert found == [flat]


@pytest.mark.parametrize(
    ("header", "cells", "named"),
    [
        (
            "KundenNr;E-Mail;PLZ",
            "K-{};a{}@x.example;1{:04}",
            {"id": "KundenNr", "email": "E-Mail", "postcode": "PLZ"},
        ),
        (
            "id;e-mail;Code postal",
            "{};a{}@x.example;75{:03}",
            {"id": "id", "email": "e-mail", "postcode": "Code postal"},
        ),
        ("id;account manager email;email", "{};boss@x.example;a{}@x.example", {"id": "id", "email": "email"}),
        ("email;email_2;login", "a{}@x.example;;u{}", {"email": "email email_2", "login": "login"}),
        ("first name;last name;zip", "Ann;Smith;1{:04}", {"name": "first name last name", "postcode": "zip"}),
        ("name;zip", "Ann Smith;1{:04}", {"name": "name", "postcode": "zip"}),
        ("order id;order date", "{};2026-01-01", {}),
    ],
)  # fmt: skip
def test_recognised_columns(tmp_path: Path, header: str, cells: str, named: dict[str, str]) -> None:
    """The customer's columns are found, not the account manager's."""
    rows = [cells.format(*[number] * cells.count("{")) for number in range(40)]
    content = "\n".join([header, *rows])
    if not named:
        with pytest.raises(Failure):
            opened(tmp_path / "customers.csv", content)
        return
    (each,) = opened(tmp_path / "customers.csv", content)
    assert {kind: " ".join(names) for kind, names in each.column_names.items()} == named
    assert (each.rows, each.unreadable) == (40, 0)


PLUSNET = "service_id,username,full_name,product_name,postmaster_email,alt_email,visp,real_name"


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["email=alt_email"], {"email": ["alt_email"]}),
        (["email=ALT_EMAIL", "id=service_id"], {"email": ["alt_email"], "id": ["service_id"]}),
        (["email=alt_email", "email=postmaster_email"], {"email": ["alt_email", "postmaster_email"]}),
        (["login=2", "given=3", "family=8"], {"login": ["username"], "name": ["full_name", "real_name"]}),
    ],
)
def test_column_options(tmp_path: Path, options: list[str], named: dict[str, list[str]]) -> None:
    """By name in any case, several of a kind, by number; no other columns."""
    row = "1,ann,Ann Smith,Broadband,ann@x.example,ann@y.example,plus,Ann Smith"
    (each,) = opened(tmp_path / "customers.csv", f"{PLUSNET}\n{row}\n", *options)
    assert each.column_names == named


def test_column_options_for_nested_objects(tmp_path: Path) -> None:
    """By full path, by last key, and all items of a list."""
    line = json.dumps({"customer": {"id": 7}, "contact": {"emails": ["a@x.example", "b@x.example"]}})
    (each,) = opened(tmp_path / "customers.jsonl", f"{line}\n", "id=customer.id", "email=emails")
    assert each.column_names == {"email": ["contact.emails.1", "contact.emails.2"], "id": ["customer.id"]}


def test_a_column_number_is_not_a_heading(tmp_path: Path) -> None:
    """`1` also occurs in the first row of customers."""
    (found,) = opened(tmp_path / "a.csv", "no;mail\n1;a@x.example\n2;b@x.example\n", "id=1", "email=2")
    assert (found.column_names, found.rows) == ({"id": ["no"], "email": ["mail"]}, 2)


def test_a_json_response_is_many_customers(tmp_path: Path) -> None:
    """One line with a list inside is not one customer with many columns."""
    edges = [{"node": {"email": one.email, "name": one.name}} for one in people(30)]
    (found,) = opened(tmp_path / "a.json", json.dumps({"data": {"customers": {"edges": edges}}}))
    assert (found.rows, found.column_names) == (30, {"email": ["node.email"], "name": ["node.name"]})


def test_ids_alone_do_not_identify(tmp_path: Path) -> None:
    """An id alone in a message does not identify a customer."""
    with pytest.raises(Failure, match="no column identifies customers; the columns are Customer ID"):
        opened(tmp_path / "a.csv", "Customer ID\n1\n2\n3\n")


@pytest.mark.parametrize("option", ["email", "=x", "email=", "colour=blue"])
def test_invalid_column_options(option: str) -> None:
    """The error lists the kinds."""
    with pytest.raises(Failure, match="KIND one of email, phone, id") as failure:
        parse_column_options([option])
    assert failure.value.code == Exit.USAGE


def test_one_cell_may_hold_several_addresses(tmp_path: Path) -> None:
    """All addresses of the cell belong to the customer."""
    path = tmp_path / "customers.csv"
    path.write_text('name,email\nAnn,"Ann <ann@x.example>; ann@y.example"\nBob,bob@x.example\n')
    with ExitStack() as stack:
        (each,) = open_sources([str(path)], None, {}, stack)
        (batch,) = batches(each)
    assert [list(column) for column in batch.emails] == [
        ["ann@x.example", "bob@x.example"],
        ["ann@y.example", ""],
    ]


def test_rows_of_different_length(tmp_path: Path) -> None:
    """Short rows are padded; long ones do no harm."""
    path = tmp_path / "customers.csv"
    path.write_text(
        "\n".join(["id,name,email", "1,Ann,a@x.example", "2,Bob", "3,Cy,c@x.example,x,y", "4,Di,d@x.example"])
    )
    with ExitStack() as stack:
        (each,) = open_sources([str(path)], None, {}, stack)
        (batch,) = batches(each)
    assert [list(column) for column in batch.emails] == [["a@x.example", "", "c@x.example", "d@x.example"]]


def test_a_long_sheet_in_pieces() -> None:
    """Later pieces have no headings; other sheets and tables in text are separate."""
    tables = [
        Table([["email"], ["a@x.example"]], where='sheet "A"', first=1),
        Table([["b@x.example"]], where='sheet "A"', first=3),
        Table([["c@x.example"]], where='sheet "B"', first=4),
        Table([["d@x.example"]]),
        Table([["e@x.example"]]),
    ]
    found = streams_of("book.xlsx", Document("1", "book.xlsx", tables=tuple(tables)))
    assert [[row[0][0] for row in stream.rows] for stream in found] == [["e", "a", "b"], ["c"], ["d"], ["e"]]


@pytest.mark.parametrize(
    "note",
    [
        "<html><table><tr><td>fine</td></tr>",
        "{see below}",
        '["quoted"]',
        "-----BEGIN PGP MESSAGE-----",
        "VALUES (1)",
    ],
)
def test_cells_that_resemble_another_format(tmp_path: Path, note: str) -> None:
    """A CSV file stays one, whatever its cells contain."""
    rows = [f"a{number}@x.example;{note}" for number in range(30)]
    (each,) = opened(tmp_path / "customers.csv", "\n".join(["email;note", *rows]))
    assert (each.column_names, each.rows) == ({"email": ["email"]}, 30)


@pytest.mark.parametrize("language", list(HEADINGS))
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_languages_and_delimiters(tmp_path: Path, language: str, delimiter: str) -> None:
    """Address, phone and name are found in any language."""
    rows = [HEADINGS[language], *[person.row for person in people(50, language)]]
    content = "\n".join(delimiter.join(row) for row in rows)
    (each,) = opened(tmp_path / "customers.csv", content)
    name, email, phone, *_ = HEADINGS[language]
    assert (each.column_names, each.rows) == ({"email": [email], "phone": [phone], "name": [name]}, 50)
