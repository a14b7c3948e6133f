"""The reference of the log says what the code logs: events, fields and values, and nothing else."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import holdback
import pytest
from holdback import metrics
from holdback.daemon import arrival
from holdback.daemon.arrival import Because
from holdback.log import Event, Fields
from holdback.verdict import Action

PAGE = (Path(__file__).parents[2] / "docs/reference/log.md").read_text("utf-8")
SOURCES = [ast.parse(path.read_text("utf-8")) for path in Path(str(holdback.__file__)).parent.rglob("*.py")]
OF_POLICY = {"rule 2", "mode observe"}
"""What the policy itself gives as a reason."""


def section(title: str) -> list[list[str]]:
    """Cells of the table in a section, code marks taken off the first one."""
    text = PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    lines = [line for line in text.splitlines() if line.startswith("| `")]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [[row[0].strip("`"), *row[1:]] for row in rows]


def first_column(title: str) -> set[str]:
    return {row[0] for row in section(title)}


def calls(*names: str) -> Iterator[ast.Call]:
    """All calls in the code of a function or method with one of these names."""
    for tree in SOURCES:
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(names):
                yield node


def logged() -> dict[str, tuple[str, set[str]]]:
    """Event → level and fields of every call that logs; of several calls, all fields."""
    found: dict[str, tuple[str, set[str]]] = {}
    for call in calls("logline.info", "logline.warning", "logline.error"):
        event = ast.literal_eval(call.args[0])
        fields = {str(keyword.arg) for keyword in call.keywords}
        found[event] = (ast.unparse(call.func).rpartition(".")[2], fields | found.get(event, ("", set()))[1])
    return found


def test_every_event_is_documented_with_its_level_and_fields() -> None:
    """Taken from every call that logs."""
    documented = {
        event: (level, set(re.findall(r"`(\w+)`", fields))) for event, level, _, fields in section("Events")
    }
    assert documented == logged()
    assert set(documented) == set(get_args(Event))


def test_every_field_is_documented_and_used() -> None:
    """And every field of the type is in some line."""
    assert first_column("Fields") == {"timestamp", "level", "event", *Fields.__annotations__}
    assert {field for _, fields in logged().values() for field in fields} == set(Fields.__annotations__)


@pytest.mark.parametrize(
    ("title", "values"),
    [
        ("Actions", {*map(str, Action), "tempfail", "discard"}),
        ("What may change an action", {*get_args(Because), *OF_POLICY} - {""}),
        ("Stages", set(get_args(metrics.Stage))),
    ],
)
def test_every_value_is_documented(title: str, values: set[str]) -> None:
    """Closed sets: a type checker refuses any other value in the code."""
    assert first_column(title) == values


def test_every_stage_is_counted_somewhere() -> None:
    """A label that no code counts would be a promise; one that is not in the set would appear late."""
    stages = {
        word.value
        for call in calls("errors.labels", "log_error", "partial")
        for word in call.args
        if isinstance(word, ast.Constant) and isinstance(word.value, str)
    }
    assert stages == set(get_args(metrics.Stage))


def test_every_reason_is_given_somewhere() -> None:
    """By a module of the daemon other than the one with the set."""
    declared = Path(str(arrival.__file__))
    sources = "".join(path.read_text("utf-8") for path in declared.parent.glob("*.py") if path != declared)
    assert [reason for reason in get_args(Because) if reason and f'"{reason}"' not in sources] == []


def test_the_metrics_page_names_every_stage() -> None:
    """The label has the same values."""
    page = (Path(__file__).parents[2] / "docs/reference/metrics.md").read_text("utf-8")
    (row,) = [line for line in page.splitlines() if line.startswith("| `holdback_errors_total`")]
    assert re.findall(r"`(\w+)`", row)[2:] == list(get_args(metrics.Stage))
