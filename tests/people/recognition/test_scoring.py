"""Every number of the scoring is needed: changed, it reads a table differently."""

import ast
import inspect
from collections.abc import Iterator
from dataclasses import fields, replace

import pytest
from holdback.documents import Budget, open_parts
from holdback.mail import Limits, Part
from holdback.people.recognition import scoring
from holdback.people.recognition.scoring import SCORING, Scoring
from people.corpus import hits, misses
from people.recognition.scoring_cases import LIMITS, Limit
from people.recognition.small_tables import in_words
from rig.opening import disclosed_by

_IDS = [limit.case for limit in LIMITS]
_CORPUS = [
    ("header_blanks", 4, "streets in a line", hits.TEXTS, hits.PEOPLE),
    ("loose_start", 8, "conference speakers", misses.TABLES, 0),
    ("loose_starts", 0.0, "conference speakers", misses.TABLES, 0),
]


def _docstrings() -> Iterator[tuple[str, str]]:
    """The name of each number, and the cases that its docstring names."""
    (table,) = (node for node in ast.parse(inspect.getsource(scoring)).body if isinstance(node, ast.ClassDef))
    for number, doc in zip(table.body, table.body[1:], strict=False):
        if isinstance(number, ast.AnnAssign):
            assert isinstance(number.target, ast.Name)
            assert isinstance(doc, ast.Expr)
            assert isinstance(doc.value, ast.Constant)
            yield number.target.id, str(doc.value.value).partition("Case: ")[2].strip(" .\n")


def test_every_number_names_its_cases() -> None:
    """The docstrings name the cases of this test, and no others."""
    cases = {limit.value: limit.case for limit in LIMITS}
    for value, _, case, _, _ in _CORPUS:
        cases[value] += f"; {case}"
    assert dict(_docstrings()) == cases
    assert [number.name for number in fields(Scoring)] == [name for name, _ in _docstrings()]


@pytest.mark.parametrize("limit", LIMITS, ids=_IDS)
def test_tables_at_both_sides_of_a_number(limit: Limit) -> None:
    """One has just enough of something, the other one not."""
    assert (in_words(limit.at), in_words(limit.below)) == (limit.found, limit.missed)


@pytest.mark.parametrize("limit", LIMITS, ids=_IDS)
def test_a_changed_number_reads_them_differently(limit: Limit) -> None:
    """A stricter number loses the one, a laxer number takes the other for it."""
    assert in_words(limit.at, replace(SCORING, **{limit.value: limit.stricter})) != limit.found
    assert in_words(limit.below, replace(SCORING, **{limit.value: limit.laxer})) != limit.missed


@pytest.mark.parametrize(("value", "changed", "case", "corpus", "people"), _CORPUS)
def test_the_corpus_needs_it(
    value: str, changed: float, case: str, corpus: dict[str, str], people: int
) -> None:
    """With a changed number, the people in a file of the corpus are not counted right."""
    part = Part("1", corpus[case].encode(), "text/plain")
    documents = open_parts((part,), Budget(Limits(), lambda: True))
    assert len(disclosed_by(*documents).people) == people
    assert len(disclosed_by(*documents, scoring=replace(SCORING, **{value: changed})).people) != people
