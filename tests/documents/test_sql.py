"""SQL dumps: one table for each database table, with columns named by the statements."""

import sqlite3

import pytest
from rig.files.data import copied, inserts
from rig.opening import opened, people_in, words_in
from rig.people import LANGUAGES, parts_list, people

CREATE = """CREATE TABLE IF NOT EXISTS `shop`.`customers` (
  `id` int(11) NOT NULL DEFAULT '0',
  "name" varchar(80) CHECK (length(trim(name)) > 1),
  email text, phone text, [street] text,
  city text REFERENCES cities (name),
  PRIMARY KEY (`id`), KEY x (name, email)
) ENGINE=InnoDB;
"""


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_row_is_a_person(language: str) -> None:
    """One or many rows a statement; columns named in INSERT, CREATE TABLE or COPY."""
    persons = people(60, language)
    for text in (
        inserts(persons),
        inserts(persons, together=1),
        CREATE + inserts(persons, columns=False),
        inserts(persons, columns=False),
        copied(persons),
        CREATE + copied(persons).replace(" (id, name, email, phone, street, city)", ""),
    ):
        assert 60 == people_in(text.encode())
        assert 60 == people_in(f"Hi,\n\nthe dump:\n\n{text}\nBye\nJane\n".encode())


@pytest.mark.parametrize(
    "text",
    [
        inserts(people(3), columns=False),
        copied(people(3)).replace(" (id, name, email, phone, street, city)", ""),
    ],
)
def test_columns_are_those_that_were_created(text: str) -> None:
    """Constraints are not columns."""
    (table,) = opened((CREATE + text).encode())[0].tables
    assert ("table customers", ("id", "name", "email", "phone", "street", "city")) == (
        table.where,
        table.header,
    )


def rows(text: str) -> list[list[str]]:
    return [
        list(row) for document in opened(text.encode()) for table in document.tables for row in table.rows
    ]


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("INSERT INTO t VALUES (1, 'a', NULL);", ["1", "a", ""]),
        ("insert into t values(1,'a');", ["1", "a"]),
        ("REPLACE INTO t (a) VALUES ('O''Brien');", ["O'Brien"]),
        ("INSERT INTO `t` VALUES (1,'O\\'Brien \\\\ \\n x');", ["1", "O'Brien \\   x"]),
        ("INSERT IGNORE INTO `s`.`t` VALUES ('a;b),(c');", ["a;b),(c"]),
        ('INSERT INTO "public"."t" ("a") VALUES (E\'it\\\'s\');', ["it's"]),
        ("INSERT [dbo].[t] ([Id], [Name]) VALUES (1, N'Ünal')\nGO\n", ["1", "Ünal"]),
        (
            "INSERT INTO t VALUES (CAST(N'2020' AS DateTime), now(), -1.5e3);",
            ["CAST(N2020 AS DateTime)", "now()", "-1.5e3"],
        ),
        ("INSERT INTO t VALUES (X'00ff', 0x12, _binary 'ab', \"dq\");", ["X00ff", "0x12", "ab", '"dq"']),
        ("INSERT INTO t VALUES ($$it's$$, $x$a$x$);", ["it's", "a"]),
        ("INSERT ALL INTO t (a) VALUES (q'[it's]') SELECT 1 FROM dual;", ["it's"]),
        ("INSERT INTO t (a) OVERRIDING SYSTEM VALUE VALUES (7);", ["7"]),
        ("INSERT INTO t VALUES ('a') ON CONFLICT (a) DO NOTHING;", ["a"]),
    ],
)
def test_values_of_all_dialects(statement: str, found: list[str]) -> None:
    """MySQL, PostgreSQL, SQL Server, Oracle, SQLite."""
    assert [found] == rows(statement)


def test_copy_has_escapes_of_its_own() -> None:
    """PostgreSQL, COPY, text format."""
    text = "COPY t (a, b, c) FROM stdin;\nx\\ty\t\\N\tO'Brien\n\\.\n"
    assert [["x\ty", "", "O'Brien"]] == rows(text)


def test_tables_are_kept_apart() -> None:
    """Alternating statements fill two tables."""
    text = "".join(f"INSERT INTO a VALUES ({n});\nINSERT INTO b (x) VALUES ({n});\n" for n in range(3))
    found = [(table.where, table.header, len(list(table.rows))) for table in opened(text.encode())[0].tables]
    assert [("table a", (), 3), ("table b", ("x",), 3)] == found


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_sqlite_dumps(language: str) -> None:
    """Statements written by SQLite, with the columns of CREATE TABLE."""
    database = sqlite3.connect(":memory:")
    database.execute(
        "CREATE TABLE clients(id INTEGER PRIMARY KEY, full_name TEXT, mail TEXT, tel TEXT, note)"
    )
    database.executemany(
        "INSERT INTO clients VALUES (NULL, ?, ?, ?, 'it''s; (fine), isn''t it')",
        [(one.name, one.email, one.phone) for one in people(40, language)],
    )
    dump = "\n".join(database.iterdump())
    database.close()
    assert 40 == people_in(dump.encode())
    (table,) = opened(dump.encode())[0].tables
    assert ("table clients", ("id", "full_name", "mail", "tel", "note")) == (table.where, table.header)
    assert "it's; (fine), isn't it" == next(iter(table.rows))[4]


BOB = "bob@x.example"


@pytest.mark.parametrize(
    "text",
    [
        f"UPDATE t SET email = '{BOB}' WHERE id = 1;",
        f"INSERT INTO t VALUES (1), -- {BOB}\n(2);",
        f"INSERT INTO t VALUES (1), /* {BOB} */ (2);",
        f"INSERT INTO t VALUES (1), (2, '{BOB}",
        f"INSERT INTO t VALUES (1, f('{BOB}', g(2)));",
        f"INSERT INTO t VALUES (1, 'O'Brien', '{BOB}');",
        f"INSERT INTO t VALUES (1) ON DUPLICATE KEY UPDATE email = '{BOB}';",
        f"INSERT INTO t SELECT '{BOB}';",
        f"INSERT INTO t VALUES ($x${BOB});",
        f"COPY t (a) FROM stdin;\n1\t{BOB}",
        f"COPY t (a) FROM stdin WITH (FORMAT csv);\n1,\t{BOB}\n",
    ],
)
def test_no_address_is_lost(text: str) -> None:
    """In updates, comments, functions, and truncated statements."""
    assert BOB in words_in(opened(text.encode()))


def test_prose_about_statements_stays_text() -> None:
    """An explanation that quotes a statement."""
    text = "To add one write INSERT INTO customers VALUES (1, 2) in the shell.\n"
    assert ((), text) == (opened(text.encode())[0].tables, opened(text.encode())[0].texts[0].text)


def test_products_are_not_people() -> None:
    """A dump of things."""
    rows = ",\n".join("('" + "', '".join(row) + "')" for row in parts_list(300))
    assert 0 == people_in(f"INSERT INTO products (sku, name, price, stock) VALUES\n{rows};\n".encode())


@pytest.mark.parametrize(
    "text",
    [
        "INSERT INTO t VALUES ('" * 10_000,
        "INSERT INTO t VALUES (f(" * 10_000,
        "INSERT INTO `t` VALUES ('\\" * 10_000,
        "INSERT INTO t VALUES (f('INSERT t VALUES (f('," * 5_000,
        "INSERT INTO t VALUES (1),-- " * 10_000,
        "INSERT INTO t VALUES (1),/* " * 10_000,
        "values(" + "INSERT INTO t" + " " * 200_000,
        "values(" + "CREATE TABLE a (b (" * 10_000,
        "".join(f"INSERT INTO t VALUES ($a{n}$x" for n in range(5_000)),
        "".join(f"INSERT INTO t{n} (c{n}) VALUES (1);\n" for n in range(3_000)),
        "COPY t (a) FROM stdin;\n\t" * 10_000,
    ],
)
def test_linear_time(text: str) -> None:
    """Time is linear, and the following text is read."""
    assert BOB in words_in(opened(f"{text}\n\n{BOB}\n".encode()))
