"""Notebooks, recordings and tables with JSON: data of `PEOPLE` people each, and honest ones."""

import base64
import json
from collections.abc import Iterable

from people.corpus.invented import people
from people.corpus.pages import PEOPLE, csv, each, numbered, objects


def _notebook(*cells: object) -> str:
    return json.dumps({"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1)


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def _html_table(language: str) -> str:
    return "<table>" + each(language, "<tr><td>{p.name}</td><td>{p.phone}</td></tr>") + "</table>"


def _output(data: object) -> object:
    return {"cell_type": "code", "source": ["df"], "outputs": [{"output_type": "display_data", "data": data}]}


def _har(text: str, **more: str) -> str:
    content = {"mimeType": "application/json", "text": text, **more}
    entry = {"request": {"method": "GET", "url": "https://x.example/"}, "response": {"content": content}}
    return json.dumps({"log": {"version": "1.2", "entries": [entry]}})


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


JSON: dict[str, str] = {
    "notebook, printed lines": _notebook(
        {
            "cell_type": "code",
            "source": ["print(x)"],
            "outputs": [{"output_type": "stream", "text": _lines(each("en", "{p.name:<30}{p.phone:<20}\n"))}],
        }
    ),
    "notebook, table": _notebook(_output({"text/html": _lines(_html_table("de")), "text/plain": ["<df>"]})),
    "notebook, table in one line": _notebook(_output({"text/html": [_html_table("fr")]})),
    "notebook, text of a cell": _notebook(
        {"cell_type": "markdown", "source": _lines(each("es", "- {p.name}: {p.phone}\n"))}
    ),
    "notebook, csv": _notebook(_output({"text/plain": csv("it")})),
    "har": _har(json.dumps(objects("pl", "name", "phone"))),
    "har, base64": _har(_base64(json.dumps(objects("nl", "name", "phone"))), encoding="base64"),
    "attachment as base64": json.dumps(
        {"to": "x", "files": [{"filename": "l.csv", "content": _base64(csv("sv"))}]}
    ),
    "data url": json.dumps({"href": "data:text/csv;base64," + _base64(csv("tr"))}),
    "lines without breaks": json.dumps({"a": [f"{p.name}; {p.phone}" for p in people("fr", PEOPLE)]}),
    "a list of lines": json.dumps([f"{p.name}, {p.phone}" for p in people("it", PEOPLE)]),
    "a note of each": "\n".join(
        json.dumps({"id": p.postcode, "note": f"Kunde: {p.name}\nTel: {p.phone}\nOrt: {p.town}"})
        for p in people("de", PEOPLE)
    ),
    "a body of JSON": json.dumps(
        {"status": 200, "body": json.dumps(objects("es", "name", "phone"), indent=2)}
    ),
    "mail of an interface": json.dumps(
        {"payload": {"body": {"data": base64.urlsafe_b64encode(csv("pl").encode()).decode().rstrip("=")}}}
    ),
    "text of a field": json.dumps({"id": 7, "body": csv("da")}),
    "html of a field": json.dumps({"id": 7, "content": _html_table("fi")}),
}


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'


def _cells(language: str, *names: str) -> list[str]:
    return [json.dumps(one, ensure_ascii=False) for one in objects(language, *names)]


def _orders(heading: str, cells: Iterable[str], delimiter: str = ",") -> str:
    rows = [
        ["number", "status", heading, "total"],
        *(["1001", "paid", _quoted(cell), "49.90"] for cell in cells),
    ]
    return "\n".join(delimiter.join(row) for row in rows) + "\n"


CELLS: dict[str, str] = {
    "billing address": _orders("billingAddress", _cells("en", "given", "family", "street", "phone")),
    "delivery, semicolons": _orders("lieferung", _cells("de", "name", "street", "postcode", "town"), ";"),
    "a list in the cell": _orders("guests", (f"[{cell}]" for cell in _cells("fr", "name", "phone"))),
    "nested objects": _orders("client", (f'{{"data": {cell}}}' for cell in _cells("es", "name", "phone"))),
    "name beside, phone inside": "nome;dati\n"
    + "\n".join(f"{p.name};{_quoted(json.dumps({'telefono': p.phone}))}" for p in people("it", PEOPLE)),
    "python dictionaries": _orders(
        "kunde", (cell.replace('"', "'") for cell in _cells("da", "name", "phone"))
    ),
}
"""CSV with JSON in a column."""

HONEST_JSON: dict[str, str] = {
    "notebook with a plot": _notebook(
        _output({"image/png": base64.b64encode(bytes(range(256)) * 40).decode()})
    ),
    "notebook of measurements": _notebook(
        {
            "cell_type": "code",
            "source": _lines("import numpy as np\nfrom x import y\n"),
            "outputs": [
                {
                    "output_type": "stream",
                    "text": _lines(numbered("Epoch {n}: loss 0.{b}{b}, step {b}{b}\n")),
                }
            ],
        }
    ),
    "har of pictures": _har(base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(2000)).decode(), encoding="base64"),
    "tokens": json.dumps([{"token": (f"{n * 7919:x}" * 40)[:128], "id": n} for n in range(1, 60)]),
    "log messages": json.dumps(
        [{"msg": f"Job {n}\nstarted at 10:{n % 60:02}\nended\nok\n", "pid": 100_000 + n} for n in range(60)]
    ),
}

HONEST_CELLS: dict[str, str] = {
    "options of products": _orders(
        "options",
        (
            json.dumps({"Colour": "Royal Blue", "Material": "Oak Wood", "ean": f"40012345{n:05}"})
            for n in range(60)
        ),
    ),
    "prices in JSON": _orders("price", (json.dumps({"net": n * 1.19, "currency": "EUR"}) for n in range(60))),
}
