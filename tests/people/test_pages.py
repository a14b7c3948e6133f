"""Web pages, scripts, notebooks and JSON in cells: people in them are counted, and only people."""

import pytest
from holdback.documents import Budget, Document, open_parts
from holdback.documents.confined.openers import open_confined
from holdback.mail import Limits, Part
from people.corpus import honest_pages, json_files, pages
from rig.opening import disclosed_by

HTML = {**pages.BLOCKS, **pages.SCRIPTS, **pages.ATTRIBUTES, **pages.HIDDEN}


def opened(content: str, declared: str, name: str = "") -> tuple[Document, ...]:
    part = Part("1", content.encode(), declared, name, charset="utf-8", attached=bool(name))
    return open_parts((part,), Budget(Limits(), lambda: True, len(content)), open_confined)


def people(content: str, declared: str, name: str = "") -> int:
    return len(disclosed_by(*opened(content, declared, name)).people)


@pytest.mark.parametrize("name", HTML)
def test_people_in_a_page(name: str) -> None:
    """Each person of a page is counted once, wherever the fields are."""
    assert people(HTML[name], "text/html") == pages.PEOPLE


@pytest.mark.parametrize("name", pages.DOUBLED)
def test_people_in_doubled_lines(name: str) -> None:
    """A blank line behind every line separates nobody from his phone."""
    assert people(pages.DOUBLED[name], "text/plain") == pages.PEOPLE


@pytest.mark.parametrize("name", json_files.JSON)
def test_people_in_json(name: str) -> None:
    """Text, HTML and files inside JSON are read."""
    assert people(json_files.JSON[name], "application/json", "data.json") == pages.PEOPLE


@pytest.mark.parametrize("name", json_files.CELLS)
def test_people_in_json_in_cells(name: str) -> None:
    """A column of JSON is read as columns."""
    assert people(json_files.CELLS[name], "text/csv", "orders.csv") == pages.PEOPLE


@pytest.mark.parametrize("name", honest_pages.HONEST)
def test_honest_pages(name: str) -> None:
    """Products, programmes, signatures and programs are no list of people."""
    assert people(honest_pages.HONEST[name], "text/html") < 5


@pytest.mark.parametrize("name", json_files.HONEST_JSON)
def test_honest_json(name: str) -> None:
    """Measurements, pictures and logs are no list of people, and are read completely."""
    documents = opened(json_files.HONEST_JSON[name], "application/json", "data.json")
    assert (len(disclosed_by(*documents).people), [d.unreadable for d in documents if d.unreadable]) == (
        0,
        [],
    )


@pytest.mark.parametrize("name", json_files.HONEST_CELLS)
def test_honest_json_in_cells(name: str) -> None:
    """Properties of products in JSON are no data of people."""
    assert people(json_files.HONEST_CELLS[name], "text/csv", "orders.csv") == 0
