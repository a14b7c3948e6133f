"""Tables in text are found anywhere, and prose remains text."""

import csv
import io

import pytest
from holdback.documents import Budget, Document, Table, open_parts
from holdback.mail import Limits, Part
from hypothesis import example, given, settings
from hypothesis import strategies as st

HEADER = ["id", "name", "mail", "city"]
PEOPLE = [[str(n), f"Ann Smith {n}", f"ann{n}@mail{n % 7}.example", "Springfield"] for n in range(1, 31)]
GREETING = "Dear Ann,\n\nhere is the list, as promised:\n\n"
FAREWELL = "\nBest regards,\nJane\n-- \nJane Doe | Sales | +49 30 1234\n"


def opened(text: str | bytes, declared: str = "text/plain", charset: str = "") -> Document:
    content = text.encode() if isinstance(text, str) else text
    (document,) = open_parts((Part("1", content, declared, charset=charset),), Budget(Limits(), lambda: True))
    return document


def written(
    rows: list[list[str]], delimiter: str = ",", quoting: int = csv.QUOTE_MINIMAL, end: str = "\n"
) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator=end).writerows(rows)
    return text.getvalue()


def cells(table: Table) -> list[list[str]]:
    return [[cell.strip() for cell in row] for row in table.rows]


@pytest.mark.parametrize(
    "declared", ["text/csv", "text/plain", "application/octet-stream", "image/png", "text/html"]
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_list_is_a_table_whatever_it_is_called(
    delimiter: str, quoting: int, end: str, declared: str
) -> None:
    """All rows and cells, including the header, and no other text."""
    document = opened(written([HEADER, *PEOPLE], delimiter, quoting, end), declared)
    assert [[HEADER, *PEOPLE]] == [cells(table) for table in document.tables]
    assert document.texts == ()


@pytest.mark.parametrize("rows", [PEOPLE, [HEADER, *PEOPLE]])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_list_between_greeting_and_farewell(delimiter: str, rows: list[list[str]]) -> None:
    """The table names its lines; the letter around it is text; no line is in both."""
    document = opened(GREETING + written(rows, delimiter) + FAREWELL)
    assert [(rows, f"lines 5-{4 + len(rows)}")] == [(cells(table), table.where) for table in document.tables]
    assert [text.text for text in document.texts] == [GREETING + FAREWELL]


@pytest.mark.parametrize(
    ("text", "first", "number"),
    [
        (written([HEADER[1:3], *(row[1:3] for row in PEOPLE)]), ["name", "mail"], 31),
        (GREETING + written([HEADER[1:3], *(row[1:3] for row in PEOPLE)]) + FAREWELL, ["name", "mail"], 31),
        (
            "| id | name |\n|---:|:-----|\n" + "".join(f"| {n} | Ann |\n" for n in range(9)),
            ["", "id", "name", ""],
            10,
        ),
        (
            "+----+-----+\n| id | who |\n+----+-----+\n" + "| 1 | Ann |\n" * 9 + "+----+-----+\n",
            ["", "id", "who", ""],
            10,
        ),
        ("id;price;sum\n" + "".join(f"{n};1,50;2,75\n" for n in range(9)), ["id", "price", "sum"], 10),
        (
            "id, name, mail\n" + "".join(f"{n}, Ann, ann@shop.example\n" for n in range(9)),
            ["id", "name", "mail"],
            10,
        ),
        ("".join(f"> {n},Ann,ann@shop.example\n" for n in range(9)), ["0", "Ann", "ann@shop.example"], 9),
        ("id,name,city\n\n" + "".join(f"{n},Ann,Rome\n\n" for n in range(9)), ["id", "name", "city"], 10),
        (
            "id,name,note\n" + "".join(f'{n},Ann,"two\nor, so,\nlines"\n' for n in range(9)),
            ["id", "name", "note"],
            10,
        ),
        (
            "id,name,city\n" + "1,Ann,Rome\n" * 9 + "2,Eve, Jr.,Rome\n" + "3,Bob,Rome\n" * 9,
            ["id", "name", "city"],
            20,
        ),
        ("a,b,c\n1,2,3\n4,5,6\n", ["a", "b", "c"], 3),
        ("name;mail\n" + "".join(f"Ann {n};ann{n}@shop.example;\n" for n in range(9)), ["name", "mail"], 10),
        (
            "Hi\nid,name,mail,city\n" + "1,Ann,ann@shop.example,Rome,\n" * 9,
            ["id", "name", "mail", "city"],
            10,
        ),
        (
            "[EXTERNAL]\n" + "(030) 123,ann@shop.example,<ann>\n" * 9,
            ["(030) 123", "ann@shop.example", "<ann>"],
            9,
        ),
        ("See list, Ann\n" + "1,ann@shop.example,Rome\n" * 9, ["1", "ann@shop.example", "Rome"], 9),
        ('="Ann Smith";="0511 55";Rome\n' * 9, ["Ann Smith", "0511 55", "Rome"], 9),
        ('"=""Ann Smith""","=""0511, 55""",Rome\n' * 9, ["Ann Smith", "0511, 55", "Rome"], 9),
        ('=A1;="x" & B2;Rome\n' * 9, ["=A1", '="x" & B2', "Rome"], 9),
    ],
)
def test_tables_of_many_shapes(text: str, first: list[str], number: int) -> None:
    """Two columns, Markdown, rulers, commas in numbers, quoted replies, blank lines, long cells, formulas."""
    (table,) = opened(text).tables
    assert (first, number) == (cells(table)[0], len(cells(table)))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Hello",
        "We met Ann, Bob, and Carl, who said, as always, no.\n" * 2,
        "I came, saw, won.\nYou ate, drank, and slept, as usual.\nThey, too.\nNo, never.\nWe left, then.\n"
        * 5,
        "Roses are red,\nviolets are blue,\nsugar is sweet,\nand so are you,\nmy darling,\nmy dear,\n",
        "Dear Ann,\n\nThanks, see you.\n\nBest,\nJane\n",
        "Jane Doe | Sales\nShop Ltd | 1 High Street\n+49 30 1234 | jane@shop.example\n",
        "Exception in thread main\n" + "\tat com.shop.Cart.add(Cart.java:17)\n" * 20,
        "2026-01-01 10:00:00,123 INFO started\n2026-01-01 10:00:01,456 INFO stopped\n" * 20,
        "Name        Age   City\nAnn          30   Rome\nBob          31   Oslo\n" * 9,
        "if (a) {\n  call();\n  other();\n  third();\n  fourth();\n  fifth();\n  sixth();\n}\n",
        "Name: Ann Smith\nEmail: ann@shop.example\nPhone: 030 1234\n\n" * 9,
        "<order id='1'>a,b,c</order>\n" * 9,
        "  [1, 2, 3],\n" * 9,
        "(1,'Ann','Rome'),\n" * 9,
    ],
)
def test_near_misses(text: str) -> None:
    """Prose, verse, traces, logs, code, signatures, and fragments of other formats."""
    document = opened(text) if text else Document("1")
    assert document.tables == ()
    assert text == "".join(piece.text for piece in document.texts)


def test_two_tables_in_one_letter() -> None:
    """Each has its own lines and columns."""
    text = (
        GREETING
        + written(PEOPLE[:9])
        + "\nand the prices:\n\n"
        + written([["sku", "eur"]] + [["a", "1"]] * 9, ";")
    )
    document = opened(text)
    assert [(t.where, len(cells(t)[0])) for t in document.tables] == [("lines 5-13", 4), ("lines 17-26", 2)]
    assert document.texts[0].text == GREETING + "\nand the prices:\n\n"


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "latin-1", "cp1252"])
def test_twenty_thousand_rows_as_file_and_as_body(charset: str) -> None:
    """All rows of a large list are found, and the text around it."""
    rows = [[str(n), f"Zoë Müller {n}", f"zoe{n}@mail.example", "Köln, Süd"] for n in range(20_000)]
    for before, after in [("", ""), (GREETING, FAREWELL)]:
        document = opened((before + written([HEADER, *rows]) + after).encode(charset))
        assert [[HEADER, *rows]] == [[list(row) for row in table.rows] for table in document.tables]
        assert before + after == "".join(text.text for text in document.texts)


def test_a_table_in_the_middle_of_a_long_text() -> None:
    """Between half a megabyte of prose on both sides."""
    prose = "We shall meet again, some sunny day.\nDon't know where\ndon't know when\n" * 7000
    document = opened(prose + written(PEOPLE) + prose)
    assert [cells(table) for table in document.tables] == [PEOPLE]
    assert prose + prose == document.texts[0].text


@pytest.mark.parametrize("articles", [50, 20_000])
def test_customers_inside_a_catalogue(articles: int) -> None:
    """A table inside a large one is separate, with its own columns."""
    catalogue = [[f"sku {n}", "Chair", "oak", "Acme", "12.50", str(n)] for n in range(articles)]
    document = opened(written(catalogue) + written(PEOPLE) + written(catalogue))
    assert [cells(table) for table in document.tables] == [catalogue, PEOPLE, catalogue]


def test_source_is_the_text_of_the_rows() -> None:
    """Checks count characters in it before they parse rows."""
    (table,) = opened(GREETING + written([HEADER, *PEOPLE]) + FAREWELL).tables
    assert table.source.count("@") == 30


UNSEEN = "\u00ad\u200b\u2060\ufeff"
CELLS = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters=UNSEEN), max_size=8)
CHARSETS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(st.lists(CELLS, min_size=2, max_size=2), min_size=4, max_size=12),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    charset=st.sampled_from(CHARSETS),
    end=st.sampled_from(["\n", "\r\n"]),
)
@example([["", ""], ["", ""], ["", ""], ["0[", ""]], ",", "utf-8", "\n")
@example([["", ""], ["", ""], ["", "=["], ["", ""]], ",", "utf-8", "\n")
@example([["", ""], ["", ""], ["", ""], ["0[", "]"]], ";", "utf-8", "\n")
def test_round_trip(rows: list[list[str]], delimiter: str, charset: str, end: str) -> None:
    """Cells written by the csv module, including delimiters and quotes, are read back."""
    numbered = [["id", "name", "note"], *([str(number), *row] for number, row in enumerate(rows))]
    document = opened(written(numbered, delimiter, csv.QUOTE_ALL, end).encode(charset))
    assert [[list(row) for row in table.rows] for table in document.tables] == [numbered]


LINES = ["", "  ", "Dear Ann,", "a,b,c", "1;2;3", '"x,y",z', '"open,', "> q,w,e", "|---|", "we, too, met"]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(LINES), max_size=60))
def test_no_line_is_lost_or_counted_twice(lines: list[str]) -> None:
    """Each letter is either in a table or in the text."""
    text = "\n".join(lines)
    documents = [opened(text)] if text else []
    seen = [cell for document in documents for table in document.tables for row in table.rows for cell in row]
    seen += [piece.text for document in documents for piece in document.texts]
    assert sorted(filter(str.isalnum, "".join(seen))) == sorted(filter(str.isalnum, text))
