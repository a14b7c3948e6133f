"""`holdback customers build --sql`: customers straight from a database, on SQLite and PostgreSQL."""

import json
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from cli.firm import Firm, delimited
from holdback.exits import Exit
from rig.people import Person, people
from sqlalchemy import create_engine

Run = Callable[..., tuple[int, str, str]]


def database(url: str, persons: Sequence[Person]) -> str:
    """A table `crm` with these people."""
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE crm (id INTEGER, email TEXT, joined DATE, name TEXT)")
        values = ", ".join(
            f"({number + 70_000}, '{person.email}', '2020-02-02', '{person.name}')"
            for number, person in enumerate(persons)
        )
        connection.exec_driver_sql(f"INSERT INTO crm VALUES {values}")
    engine.dispose()
    return url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.server)])
def crm(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of a database with 12,000 customers: more than is fetched at a time."""
    if request.param == "sqlite":
        return database(f"sqlite:///{tmp_path}/crm.db", people(12_000))
    return database(request.getfixturevalue("cluster").new_database(), people(12_000))


def test_a_query(firm: Firm, run: Run, crm: str) -> None:
    """Rows come through SQL; colons and percent signs in the query mean nothing to us."""
    query = "SELECT id, email, name FROM crm WHERE email LIKE '%@%' AND name <> '12:30' AND '%s' <> ':x';"
    code, out, err = run("customers", "build", "--json", "--sql", crm, query)
    assert (code, err) == (0, "")
    (source,) = json.loads(out)["sources"]
    assert source["columns"] == {"email": ["email"], "id": ["id"], "name": ["name"]}
    assert (source["rows"], firm.knows(people(12_010))) == (12_000, 12_000)


def test_a_query_in_a_file(firm: Firm, run: Run, crm: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """For the timer's unit: the URL from the environment, the query from a file."""
    monkeypatch.setenv("HOLDBACK_SQL", crm)
    path = firm.write("customers.sql", "SELECT email\nFROM crm\nWHERE id < 70100\n")
    assert (run("customers", "build", path)[0], firm.knows(people(200))) == (0, 100)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("SELECT nothing FROM nowhere", {Exit.DATA, Exit.UNAVAILABLE}),
        ("DROP TABLE crm", {Exit.DATA, Exit.UNAVAILABLE}),
        ("SELECT joined FROM crm", {Exit.DATA}),
        ("SELECT email FROM crm WHERE id < 0", {Exit.DATA}),
        ("no.sql", {Exit.NO_INPUT}),
    ],
)
def test_queries_that_give_nobody(firm: Firm, run: Run, crm: str, query: str, code: set[Exit]) -> None:
    """One line, and the database is as it was."""
    found, out, err = run("customers", "build", "--sql", crm, query)
    assert (found in code, out, err.count("\n")) == (True, "", 1), err
    assert run("customers", "build", "--sql", crm, "SELECT email FROM crm")[0] == Exit.OK


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("postgresql+psycopg://ann:geheim@127.0.0.1:1/crm", Exit.UNAVAILABLE),
        ("postgresql+psycopg://127.0.0.1:1/crm?password=geheim", Exit.UNAVAILABLE),
        ("oracle9://ann:geheim@db/crm", Exit.USAGE),
        ("ann:geheim@db/crm", Exit.USAGE),
        ("postgresql+psycopg://ann:geheim@db:port/crm", Exit.USAGE),
        ("mysql://ann:geheim@db/crm", Exit.UNAVAILABLE),
        ("sqlite:////no/such/geheim.db", Exit.NO_INPUT),
    ],
)
def test_databases_that_are_none(firm: Firm, run: Run, url: str, code: Exit) -> None:
    """Down, misspelled, without driver: one line that never shows the password."""
    found, out, err = run("customers", "build", "--sql", url, "SELECT email FROM crm")
    assert (found, out, err.count("\n")) == (code, "", 1), err
    assert url.startswith("sqlite") or "geheim" not in err


def test_a_query_does_not_make_a_database(firm: Firm, run: Run, tmp_path: Path) -> None:
    """SQLite would."""
    run("customers", "build", "--sql", f"sqlite:///{tmp_path}/typo.db", "SELECT 1")
    assert not (tmp_path / "typo.db").exists()


def test_a_database_that_goes_away(firm: Firm, run: Run, tmp_path: Path) -> None:
    """In the middle of the rows: the old index stays."""
    run("customers", "build", firm.write("all.csv", delimited(people(20))))
    database(f"sqlite:///{tmp_path}/crm.db", people(12_000))
    with sqlite3.connect(tmp_path / "crm.db") as connection:
        connection.execute(
            "CREATE VIEW bad AS SELECT email, CASE WHEN id > 80000 THEN json('{') END FROM crm"
        )
    code, _, err = run("customers", "build", "--sql", f"sqlite:///{tmp_path}/crm.db", "SELECT * FROM bad")
    assert (code, err.count("\n"), firm.knows(people(30))) == (Exit.UNAVAILABLE, 1, 20)
