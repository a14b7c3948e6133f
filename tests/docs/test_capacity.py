"""The page on capacity has the tables of the simulation, SQL that works, and all functions of the ledger."""

import ast
import re
from pathlib import Path

import holdback
import numpy as np
import psycopg
import pytest
from bench.fleet.arithmetic import Load
from bench.fleet.measurement import disclosure
from bench.fleet.report import tables
from bench.fleet.simulate import kept
from holdback.cases.database import OPERATOR_TIMEOUT, Database, Writers
from holdback.trail.compaction import compact
from holdback.trail.disclosure import Disclosure
from holdback.trail.ledger import store_disclosures
from holdback.trail.retention import expire_disclosures
from holdback.trail.trace import look_up, trace_messages
from rig.postgresql import Cluster

PAGE = (Path(__file__).parents[2] / "docs/explanation/capacity.md").read_text("utf-8")
SOURCE = Path(str(holdback.__file__)).parent
LEDGER = {"disclosures", "shown", "segments", "shelves"}


@pytest.mark.slow
def test_the_page_has_the_tables_that_the_simulation_prints() -> None:
    """Computed from the constants that are kept in the repository."""
    missing = [name for name, table in tables(Load(), kept()).items() if f"\n\n{table}\n\n" not in PAGE]
    assert missing == []


def modules() -> dict[str, ast.Module]:
    """Dotted name below `holdback` → its source."""
    return {
        ".".join(path.relative_to(SOURCE).with_suffix("").parts): ast.parse(path.read_text("utf-8"))
        for path in SOURCE.rglob("*.py")
        if "migrations" not in path.parts
    }


def imported(tree: ast.Module, module: str) -> set[str]:
    """Names that the source imports from a module of `holdback`."""
    return {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == f"holdback.{module}"
        for alias in node.names
    }


def names_in(node: ast.AST) -> set[str]:
    return {name.id for name in ast.walk(node) if isinstance(name, ast.Name)}


def users_of_ledger(tree: ast.Module) -> set[str]:
    """Top-level names of a module that use a table of the ledger, directly or through others of it."""
    uses: dict[str, set[str]] = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            uses[node.name] = names_in(node)
        elif isinstance(node, ast.Assign):
            uses |= {name: names_in(node.value) for target in node.targets for name in names_in(target)}
    found, before = set(LEDGER), set[str]()
    while found != before:
        before = set(found)
        found |= {name for name, used in uses.items() if used & before}
    return found - LEDGER


def test_the_ledger_is_used_through_the_functions_on_the_page() -> None:
    """Those that another module imports from one that uses the ledger's tables."""
    sources = modules()
    owners = {name: tree for name, tree in sources.items() if imported(tree, "trail.schema") & LEDGER}
    entrances = {
        f"{owner}.{function}"
        for owner, tree in owners.items()
        for function in users_of_ledger(tree)
        if any(function in imported(other, owner) for other in sources.values())
    }
    documented = set(re.findall(r"^\| `(trail\.\w+\.\w+)` \|", PAGE, re.M))
    assert documented == entrances
    assert len(entrances) > 5


def test_the_ledger_works_in_partitions(cluster: Cluster) -> None:
    """The statements of the page, in the middle of storing, compaction and deletion."""
    url = cluster.new_database()
    partition, drop = re.findall(r"```sql\n(.*?)```", PAGE, re.S)
    database = Database(url, OPERATOR_TIMEOUT, Writers.TRAIL)
    chance = np.random.default_rng(1)
    notes = [disclosure(number, chance) for number in range(2_500)]
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as direct:
        store(database, notes[:1_200])
        direct.execute(partition)
        store(database, notes[1_200:])
        while compact(database, notes[-1].at, size=1_000):
            pass
        assert traced(database, notes[0].shown[0].numbers[0]) == [notes[0].queue_id]
        direct.execute(drop)
        expire_disclosures(database, notes[1_000].at)
        assert traced(database, notes[0].shown[0].numbers[0]) == []
        for note in (notes[1_000], notes[1_999], notes[2_499]):
            assert traced(database, note.shown[0].numbers[0]) == [note.queue_id]
        ((first,),) = direct.execute("SELECT min(first) FROM segments").fetchall()
        assert 500 < first <= 1_001
        expire_disclosures(database, notes[-1].at + 1)
        assert direct.execute("SELECT count(*) FROM shelves").fetchall() == [(0,)]
    database.close()


def store(database: Database, notes: list[Disclosure]) -> None:
    """Store them in batches, as `write_behind` does."""
    for start in range(0, len(notes), 100):
        with database.writing_in_background() as connection:
            store_disclosures(connection, notes[start : start + 100])


def traced(database: Database, number: int) -> list[str]:
    """Queue ids of the messages that disclosed the number."""
    with database.reading() as connection:
        return [one.queue_id for one in trace_messages(connection, look_up(connection, [number]), 0.0)]
