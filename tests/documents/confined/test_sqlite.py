"""SQLite databases: all rows of all tables are read, and no code of the file is run."""

import sqlite3
from pathlib import Path

import pytest
from holdback.mail import Limits
from rig.opening import opened, people_in, unreadable_in, words_in
from rig.people import HEADINGS, LANGUAGES, parts_list, people

COLUMNS = "(name, email, phone, street, city)"
INSERT = "INSERT INTO customers VALUES (?, ?, ?, ?, ?)"


def database(*statements: str, count: int = 0, language: str = "en") -> bytes:
    """A file made by these statements, with `count` people in its table `customers` if not 0."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    for statement in statements:
        connection.execute(statement)
    if count:
        connection.execute(f"CREATE TABLE IF NOT EXISTS customers {COLUMNS}")
        connection.executemany(INSERT, [person.row for person in people(count, language)])
    return connection.serialize()


def tables_in(content: bytes) -> dict[str, int]:
    """The places of the tables and their numbers of rows."""
    return {table.where: len(list(table.rows)) for document in opened(content) for table in document.tables}


@pytest.mark.parametrize("language", LANGUAGES)
def test_rows_are_people(language: str) -> None:
    """People are found in every language, whatever the column names."""
    names = ", ".join(f'"{name}"' for name in HEADINGS[language])
    content = database(f"CREATE TABLE customers ({names})", count=40, language=language)
    assert (people_in(content), unreadable_in(content)) == (40, set())
    assert opened(content)[0].tables[0].header == HEADINGS[language]


def test_a_price_list_has_no_people() -> None:
    """Near miss: articles with numbers and prices."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute("CREATE TABLE parts (number, title, price, stock)")
    connection.executemany("INSERT INTO parts VALUES (?, ?, ?, ?)", parts_list(200))
    assert people_in(connection.serialize()) == 0


def test_a_text_encoding_of_two_bytes() -> None:
    """A database in UTF-16 gives the same text."""
    assert people_in(database("PRAGMA encoding = 'UTF-16le'", count=20, language="ru")) == 20


@pytest.mark.parametrize(
    "name", ["orders", "Kunden 2024", 'a"b', "x'; DROP TABLE y; --", "[brackets]", "表", "select", "a.b"]
)
def test_strange_names(name: str) -> None:
    """Names of tables may contain any character."""
    quoted = name.replace('"', '""')
    content = database(f'CREATE TABLE "{quoted}" (a)', f"INSERT INTO \"{quoted}\" VALUES ('x@y.example')")
    assert tables_in(content) == {f"table {name}": 1}


@pytest.mark.parametrize(
    ("table", "row", "want"),
    [
        ("(a, b)", "NULL, 7", ["", "7"]),
        ("(a REAL, b REAL)", "493012345678.0, 0.5", ["493012345678", "0.5"]),
        ("(a, b)", "CAST('Ann' AS BLOB), x'89504e470d0a1a0a00ff'", ["Ann", ""]),
        ("(a, b)", "CAST(x'4a9f72' AS TEXT), 1e400", ["J\ufffdr", "inf"]),
        ("(a TEXT PRIMARY KEY, b TEXT) STRICT, WITHOUT ROWID", "'k', 'v'", ["k", "v"]),
        ("(a, b AS (a || '@x.example'))", "'ann'", ["ann", "ann@x.example"]),
    ],
    ids=["null", "real", "blob", "charset", "without rowid", "generated"],
)
def test_cells(table: str, row: str, want: list[str]) -> None:
    """Numbers in decimal, text in blobs is read, pictures are left out."""
    content = database(f"CREATE TABLE t {table}", f"INSERT INTO t VALUES ({row})")
    assert [list(row) for row in opened(content)[0].tables[0].rows] == [want]


def test_views_triggers_and_virtual_tables_are_not_run() -> None:
    """Code of the file is only shown as text of the schema."""
    content = database(
        "CREATE VIEW v AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT * FROM n",
        "CREATE TABLE t (a DEFAULT 'see default@x.example')",
        "CREATE TRIGGER r AFTER INSERT ON t BEGIN DELETE FROM t; END",
        "CREATE VIRTUAL TABLE f USING fts5(body)",
        "INSERT INTO f VALUES ('word indexed@x.example')",
        "CREATE TABLE z (a)",
        "INSERT INTO z VALUES ('z@x.example')",
    )
    assert tables_in(content)["table z"] == 1
    assert not {"table v", "table f"} & set(tables_in(content))
    words = words_in(opened(content))
    assert all(address in words for address in ("default@x.example", "indexed@x.example"))


def forged(**changes: str) -> bytes:
    """A file whose schema was changed by direct writes."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute("CREATE TABLE customers (a, b AS (a))")
    connection.execute("INSERT INTO customers VALUES ('ann@x.example')")
    connection.execute("CREATE TABLE other (a)")
    connection.execute("INSERT INTO other VALUES ('bob@x.example')")
    connection.execute("PRAGMA writable_schema = ON")
    for column, value in changes.items():
        connection.execute(f"UPDATE sqlite_schema SET {column} = ? WHERE name = 'customers'", (value,))
    return connection.serialize()


@pytest.mark.parametrize(
    "changes",
    [
        {"sql": "CREATE TABLE customers (a, b AS (load_extension('x')))"},
        {"sql": "CREATE TABLE customers (a, b AS (hex(zeroblob(900000000))))"},
        {"sql": "CREATE TABLE customers (a, b AS (" + "(" * 500 + "a" + ")" * 500 + "))"},
        {"sql": "CREATE TABLE customers"},
        {"sql": "CREATE TABLE customers AS SELECT 1"},
        {"sql": "CREATE VIRTUAL TABLE customers USING dbstat"},
        {"rootpage": "99999"},
        {"rootpage": "1"},
        {"rootpage": "-5"},
        {"name": "sqlite_schema"},
        {"type": "view"},
    ],
)
def test_forged_schemas_do_no_harm(changes: dict[str, str]) -> None:
    """A damaged or malicious schema entry affects its own table at most."""
    content = forged(**changes)
    assert "bob@x.example" in words_in(opened(content))
    assert unreadable_in(content) <= {"broken"}


def test_wal_mode(tmp_path: Path) -> None:
    """A file in WAL mode is read without its log."""
    connection = sqlite3.connect(tmp_path / "wal.db")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute(f"CREATE TABLE customers {COLUMNS}")
    connection.executemany(INSERT, [person.row for person in people(25)])
    connection.commit()
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert people_in((tmp_path / "wal.db").read_bytes()) == 25
    connection.close()


def test_rows_on_both_sides_of_a_damage_are_read() -> None:
    """Rows before and after a damaged page are read."""
    content = bytearray(database(count=3_000))
    middle = len(content) // 2 // 4096 * 4096
    content[middle : middle + 8192] = bytes(8192)
    assert 2_800 < people_in(bytes(content)) < 3_000
    assert unreadable_in(bytes(content)) == {"broken"}


def test_a_cut_file_is_read_up_to_the_cut() -> None:
    """Half of the file gives about half of the rows and is reported as broken."""
    content = database(count=3_000)
    half = content[: len(content) // 2]
    assert (1_000 < people_in(half) < 2_000, unreadable_in(half)) == (True, {"broken"})


@pytest.mark.parametrize("size", [16, 99, 100, 512, 4095])
def test_less_than_a_page_is_broken(size: int) -> None:
    """A header alone is broken."""
    content = database(count=10)[:size]
    assert (people_in(content), unreadable_in(content)) == (0, {"broken"})


def test_large_cells_out_of_few_bytes_are_bounded() -> None:
    """Gigabytes of a generated column are charged to the budget."""
    content = database(
        "CREATE TABLE t (a, b AS (hex(zeroblob(400000))))",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9000) "
        "INSERT INTO t SELECT i FROM n",
    )
    limits = Limits(bytes=5_000_000)
    assert unreadable_in(content, limits=limits) == {"over_limit"}
    assert len(words_in(opened(content, limits=limits))) < 5_100_000


def test_many_computed_columns_are_left_out() -> None:
    """Thousands of generated columns are left out, and stored ones are read."""
    computed = ", ".join(f"c{number} AS (upper(a))" for number in range(40))
    content = database(f"CREATE TABLE t (a, {computed}, z)", "INSERT INTO t (a, z) VALUES ('ann', 'zoe')")
    assert unreadable_in(content) == {"over_limit"}
    assert "ann" in words_in(opened(content)) and "zoe" in words_in(opened(content))
    assert words_in(opened(content)).count("ANN") == 16


def test_cells_are_bounded() -> None:
    """Rows within the budget of cells are kept."""
    content = database(count=100)
    limits = Limits(cells=55)
    assert unreadable_in(content, limits=limits) == {"over_limit"}
    assert words_in(opened(content, limits=limits)).count("@") == 11
