"""JSON in all forms: lists, lines, envelopes, truncated files; objects become rows."""

import base64
import json

import pytest
from rig.files.data import json_lines, objects
from rig.opening import opened, people_in, unreadable_in, words_in
from rig.people import LANGUAGES, people

KEYS = {
    "en": ("fullName", "emailAddress", "phone_number", "street", "city"),
    "de": ("nachname", "e_mail", "telefon", "straße", "ort"),
    "fr": ("nom", "courriel", "téléphone", "adresse", "ville"),
    "pl": ("nazwisko", "email", "telefon", "ulica", "miasto"),
    "ru": ("имя", "почта", "телефон", "адрес", "город"),
    "ja": ("氏名", "メール", "電話番号", "住所", "市区町村"),
}


def shapes(persons: list[dict[str, str]]) -> dict[str, str]:
    """Return the same people as different programs write them."""
    names = list(persons[0]) if persons else []
    large = json.dumps({"data": {"customers": persons}, "meta": {"page": 1}}, indent=4, ensure_ascii=False)
    return {
        "list": json.dumps(persons),
        "envelope": large,
        "lines": "".join(json.dumps(one) + "\n" for one in persons),
        "one after the other": "".join(json.dumps(one, indent=1) for one in persons),
        "by key": json.dumps({f"c{number}": one for number, one in enumerate(persons)}),
        "commas too many": large.replace('"\n            }', '",\n            },'),
        "in a log": "".join(f"12:00:01 INFO sent {json.dumps(one)} ok\n" for one in persons),
        "edges": json.dumps({"edges": [{"cursor": "x", "node": one} for one in persons]}),
        "columns": json.dumps({name: [one[name] for one in persons] for name in names}),
        "columns by number": json.dumps(
            {name: {str(number): one[name] for number, one in enumerate(persons)} for name in names}
        ),
        "rows": json.dumps({"columns": names, "rows": [list(one.values()) for one in persons]}),
        "no end": json.dumps([*persons, {"name": "Last"}])[:-9],
        "no end, deep": large[: large.rindex("{")],
    }


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("shape", shapes([]))
def test_every_object_is_a_person(shape: str, language: str) -> None:
    """With any text around them, and with keys in any language."""
    text = shapes(objects(people(60, language), KEYS[language]))[shape]
    assert 60 <= people_in(text.encode()) <= 61
    assert 60 <= people_in(f"Hi,\n\nhere they are:\n\n{text}\n\nBye\nJane\n".encode()) <= 61
    assert set() == unreadable_in(text.encode())


def tables(text: str) -> list[tuple[str, tuple[str, ...], list[list[str]]]]:
    return [
        (table.where, table.header, [list(row) for row in table.rows])
        for document in opened(text.encode())
        for table in document.tables
    ]


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ([{"a": 1, "b": {"c": [1, 2]}}], [("", ("a", "b.c"), [["1", "1, 2"]])]),
        ([{"a": None, "b": True, "c": 1.50}], [("", ("b", "c"), [["true", "1.5"]])]),
        ([{"a": 1}, {"b": 2}], [("", ("a", "b"), [["1"], ["", "2"]])]),
        ({"x": {"y": [["a", "b"], ["c", 1]]}}, [("list x.y", (), [["a", "b"], ["c", "1"]])]),
        (
            [{"a": 1, "m": [{"v": 2}, {"v": 3}]}],
            [("", ("a", "m.v"), [["1", "2"]]), ("list m", ("v",), [["2"], ["3"]])],
        ),
        (
            {"p": {"a": 1}, "q": {"a": 2}, "r": {"a": 3}},
            [("", ("key", "a"), [["p", "1"], ["q", "2"], ["r", "3"]])],
        ),
        ({"a@x.example": "Ann", "b": "Bob"}, [("", (), [["a@x.example", "Ann"], ["b", "Bob"]])]),
        (["a", "b"], [("", (), [["a"], ["b"]])]),
    ],
)
def test_values_become_rows(value: object, found: object) -> None:
    """Keys are headings, nested keys have dots, lists in records are separate tables."""
    assert found == tables(json.dumps(value))


def test_numbers_stay_as_written() -> None:
    """A number of thousands of digits, which Python refuses to parse, and an invalid number."""
    text = '[{"a": ' + "9" * 10_000 + ', "b": 1e999, "c": NaN, "d": -Infinity, "e": 007}, {"a": 1}]'
    assert "9" * 10_000 in words_in(opened(text.encode()))
    assert [["9" * 10_000, "1e999", "NaN", "-Infinity"]] == tables(text.replace(', "e": 007', ""))[0][2][:1]


def test_a_card_in_json() -> None:
    """jCard (RFC 7095)."""
    card = [
        "vcard",
        [
            ["version", {}, "text", "4.0"],
            ["fn", {}, "text", "Ann Smith"],
            ["n", {}, "text", ["Smith", "Ann", "", "", ""]],
            ["email", {"type": "work"}, "text", "ann@x.example"],
        ],
    ]
    header = ("full name", "family name", "given name", "e-mail")
    for text in (json.dumps(card), json.dumps([card, card])):
        assert header == tables(text)[0][1]
        assert ["Ann Smith", "Smith", "Ann", "ann@x.example"] == tables(text)[0][2][0]


BOB = "bob@x.example"


@pytest.mark.parametrize(
    "text",
    [
        f'{{"{BOB}": [{{"order": 1}}]}}',
        f'[{{"{BOB}": 1}}]',
        f'[{{"a": {{"b": {{"{BOB}": 1}}}}}}]',
        f'{{"{BOB}": {{}}}}',
        f'[{{"a": 1, "a": "{BOB}"}}]',
        f'[{{"a": 1}}, oops {BOB}]',
        f'[{{"a": 1}}, {{"b": {BOB}}}]',
        f'[{{"a": "{BOB}',
        f'["x", {BOB}]',
        f'{{"a": [1, 2, 3], "{BOB}": [1, 2, 3]}}',
        f'{{"a": [1, 2, 3], "b": {{"0": "x", "1": "y", "2": "{BOB}',
        f'[["vcard", [["email", "{BOB}"]]]]',
        f'["vcard", [["email", {{"x": "{BOB}"}}, "text", "y"]]]',
        f'[{{"a": "{"x" * 40_000} {BOB}"}}]',
        "[" + '{"a":' * 200 + f'"{BOB}"',
        '{"a":' * 500 + f'"{BOB}"' + "}" * 500,
        "".join(f'[{{"k{n}": ["{n}"]}}]' for n in range(600)) + f'[{{"z": "{BOB}"}}]',
    ],
)
def test_no_address_is_lost(text: str) -> None:
    """In keys, in broken, too long and too deep values, and under repeated keys."""
    assert BOB in words_in(opened(text.encode()))


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(
            {"name": "shop", "version": "1.0.0", "dependencies": {f"lib{n}": "^1.0.0" for n in range(99)}}
        ),
        json.dumps(
            [
                {"id": n, "request_id": f"{n * 7919:032x}", "ip": f"203.0.113.{n}", "ms": n % 90}
                for n in range(200)
            ]
        ),
        json.dumps(
            {
                "type": "FeatureCollection",
                "features": [
                    {
                        "properties": {"name": f"Station {n}"},
                        "geometry": {"coordinates": [[13.4 + n / 1000, 52.5 + i / 91] for i in range(30)]},
                    }
                    for n in range(50)
                ],
            }
        ),
        "COLOURS = {\n" + "".join(f"  'colour{n}': {{'r': {n}, \"g\": {n}}},\n" for n in range(200)) + "}\n",
    ],
    ids=["package", "log", "map", "source"],
)
def test_near_misses(text: str) -> None:
    """Data about things."""
    assert 0 == people_in(text.encode())


def test_prose_with_brackets_stays_text() -> None:
    """A bracket before a quotation is not a list."""
    text = 'See ["the manual"] and {"a" or "b"}, or ["not closed.\n'
    (document,) = opened(text.encode())
    assert "not closed" in document.texts[0].text


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '{"a":' * 100_000,
        '["a",' * 50_000,
        '[{"a":"b"}' * 30_000,
        '{"a":"' * 50_000,
        '{"a":{"b":1},' * 20_000,
        '{"a":[1,' * 40_000,
        '{"a":{"0":' * 40_000,
        '{"a":1,"b":x}' * 20_000,
        "[" + " " * 300_000,
        '["' + "\\n" * 150_000,
        "[" * 900 + "1" + "]" * 900,
        "[" + ",".join(f'{{"k{n}":1}}' for n in range(20_000)) + "]",
        "{" + ",".join(f'"k{n}":[{{"a":1}}]' for n in range(20_000)) + "}",
    ],
)
def test_linear_time(text: str) -> None:
    """Time is linear, nothing is reported as broken, and the following text is read."""
    documents = opened(f"{text}\n\n{BOB}\n".encode())
    assert BOB in words_in(documents)
    assert () == documents[0].unreadable


def test_json_lines_inside_a_letter() -> None:
    """The letter around the objects remains text."""
    (document,) = opened(f"Hi,\n\n{json_lines(people(5))}\nBye\n".encode())
    assert ["Hi,", "Bye"] == document.texts[0].text.split()


@pytest.mark.parametrize("numbered", [{"$oid": "5f3e"}, {"$date": {"$numberLong": "0"}}, "5f3e"])
def test_type_wrappers_are_cells(numbered: object) -> None:
    """In the form of MongoDB, names and addresses one level deeper belong to one person."""
    text = "".join(
        json.dumps({"_id": numbered, "who": {"name": one.name}, "emails": [{"address": one.email}]}) + "\n"
        for one in people(30)
    )
    assert 30 == people_in(text.encode())


def test_json_within_json() -> None:
    """Logged messages are strings with JSON: lists of them, and nested ones."""
    persons = [{"name": one.name, "email": one.email} for one in people(30)]
    for text in (
        json.dumps({"time": 1, "payload": json.dumps(persons)}),
        json.dumps([json.dumps(one) for one in persons]),
        "".join(json.dumps({"body": json.dumps({"message": json.dumps(one)})}) + "\n" for one in persons),
    ):
        assert 30 == people_in(text.encode())


@pytest.mark.parametrize("text", ['{"name": ', '{"a":' * 5_000, '[{"a":[' * 5_000, '{"'])
def test_a_text_that_only_begins_like_json(text: str) -> None:
    """It remains a cell, and the values next to it are read."""
    rows = [{"name": one.name, "email": one.email, "note": text} for one in people(30)]
    assert 30 == people_in(json.dumps(rows).encode())


def test_documents_in_strings_are_bounded() -> None:
    """Files in files end at the limit of depth, very many files at a limit of their own."""
    text = "name,mail\n" + "".join(f"{one.name},{one.email}\n" for one in people(30))
    files = [base64.b64encode(f"{number}\n{text}".encode()).decode() for number in range(300)]
    assert {"over_limit"} == unreadable_in(json.dumps({"files": files}).encode())
    for _ in range(25):
        text = json.dumps({"file": base64.b64encode(text.encode()).decode()})
    assert {"over_limit"} == unreadable_in(text.encode())


@pytest.mark.parametrize(
    ("value", "inner"),
    [
        ("one\ntwo\nthree\nfour", ["a"]),
        ("Ann\n0511 506304", ["a"]),
        (["one\n", "two\n", "three\n", "four\n"], ["a"]),
        (base64.b64encode(b"name;mail\nAnn;ann@shop.example\n" * 3).decode(), ["a"]),
        ("data:text/plain;charset=utf-8;base64," + base64.b64encode(b"Ann Smith " * 20).decode(), ["a"]),
        ("<table><tr><td>a</td><td>b</td></tr></table>", ["a"]),
        ("one\ntwo", []),
        (["one", "two", "three", "four", "five", "six"], []),
        ("0123456789abcdef" * 8, []),
        (base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(500)).decode(), []),
        ("a < b and b < c, c < d and d > e", []),
    ],
)
def test_documents_in_strings(value: object, inner: list[str]) -> None:
    """Texts of several lines, HTML and files in base64 are opened; names, numbers and pictures are not."""
    documents = opened(json.dumps({"a": value, "b": 1}).encode(), "data.json")
    assert [document.name for document in documents[1:]] == inner
