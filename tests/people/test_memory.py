"""Memory for one message stays below four times its size and 64 MB, and large tables are counted exactly."""

import base64
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from holdback.documents import Document, OutOfTime, Table, Text
from holdback.people.fields.kinds import Field
from holdback.people.recognition.records import Batch, Records
from holdback.people.subjects.count import people_in
from holdback.people.subjects.number_set import NumberSet
from rig.files.archives import zipped
from rig.opening import any_address, disclosed_by

pytestmark = pytest.mark.slow

_MEASURE = """
import sys
from pathlib import Path
from holdback.people.knowledge import Knowledge
from holdback.config import domains_of, config_of, policy_of
from holdback.inspection import Means, inspect
from holdback.mail import Envelope
from holdback.reader import Readers
from rig.customers import PSEUDONYMS, Customer, index_of

def peak():
    # Not ru_maxrss, which starts with the parent's memory.
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024

config = config_of({"internal_domains": ["corp.example"]}, Path("test"))
readers = Readers()
knowledge = Knowledge(domains_of(config))
if sys.argv[1:]:
    couples = [Customer(f"Ann{n}", f"k{n}@x.example", f"030 7{n // 2:07}") for n in range(40_000)]
    knowledge = Knowledge(domains_of(config), PSEUDONYMS, index_of(couples, Path(sys.argv[1])), "GB")
policy, means = policy_of(config), Means(reader=readers.open)
envelope = Envelope("a@corp.example", ("b@other.example",))
inspect(envelope, b"Subject: x\\n\\nAnn Smith, ann@x.example, 030 1234567", policy, knowledge, means)
before = peak()
raw = sys.stdin.buffer.read()
verdict = inspect(envelope, raw, policy, knowledge, means)
readers.close()
print(peak() - before, len(raw), max((finding.count for finding in verdict.findings), default=0))
"""
_MB = 1_000_000


def _rows(size: int, row: str) -> bytes:
    rows = size // len(row.format(0).encode())
    return "".join(row.format(number) for number in range(rows)).encode()


def _zipped(content: bytes) -> bytes:
    return base64.encodebytes(zipped([("customers.csv", content)]))


_BASE64 = b"Content-Transfer-Encoding: base64\r\n"
_CASES = {
    "csv": lambda: (_rows(20 * _MB, "Ann Smith;k{0}@x.example;+49 30 7{0:07};High Street 1\r\n"), b""),
    "an emoji": lambda: (
        _rows(10 * _MB, "Ann;k{0}@x.example;0307{0:07}\n") + "😀;a@b.example;1\n".encode(),
        b"",
    ),
    "cyrillic": lambda: (_rows(10 * _MB, "Анна Иванова;k{0}@x.example;+7 495 7{0:07}\r\n"), b""),
    "short rows": lambda: (_rows(5 * _MB, "{0:x};{0:x}@b.example;1{0:07}\n"), b""),
    "one wide row": lambda: (b"a1,b2," * (2 * _MB), b""),
    "phones": lambda: (_rows(4 * _MB, "030 7{0:07}\n"), b""),
    "bare": lambda: (_rows(2 * _MB, "k{0}@x.example, "), b""),
    "padded breaks": lambda: (b"=\t\r\n" * (4 * _MB), b"Content-Transfer-Encoding: quoted-printable\r\n"),
    "pieces of base64": lambda: (b"QQ==\r\n" * _MB, _BASE64),
    "zipped": lambda: (_zipped(_rows(40 * _MB, "Ann Smith;k{0}@x.example;+49 30 7{0:07}\n")), _BASE64),
    "zipped cyrillic": lambda: (_zipped(_rows(40 * _MB, "Анна Иванова;k{0}@x.example;7{0:07}\n")), _BASE64),
    "uuencoded": lambda: (
        b"begin 644 a\n" + b"M" + b"A" * 60 + b"\n" + (b"M" + b"A" * 60 + b"\n") * 200_000,
        b"Content-Transfer-Encoding: uuencode\r\n",
    ),
}
"""Body and header fields of a message, created on demand."""
_HTML_ROW = "<tr><td>{0}</td><td>Ann Smith</td><td>k{0}@x.example</td><td>030 7{0:07}</td></tr>\n"
_HTML_CASES = {
    "one flat table": lambda: b"<table>" + _rows(20 * _MB, _HTML_ROW) + b"</table>",
    "small cells": lambda: b"<table>" + b"<tr><td>a<td>b" * (2 * _MB) + b"</table>",
    "cyrillic cells": lambda: b"<table>" + "<tr><td>ж<td>ж".encode() * _MB + b"</table>",
    "wide rows": lambda: b"<table>" + (b"<tr>" + b"<td>a@b.cd" * 1000) * 2000,
    "short rows": lambda: b"<table>" + _rows(20 * _MB, "<tr><td>{0}<td>k{0}@x.example"),
    "nested": lambda: b"<table><tr><td>" * 1_200_000,
    "small tables": lambda: _rows(
        12 * _MB, "<table><tr><td>k{0}@x.example<td>b<tr><td>c<td>030 7{0:07}</table>"
    ),
    "nested tables of data": lambda: b"<table><tr><td>x<table><tr><td>a<td>b<tr><td>c<td>d</table>" * 300_000,
    "links": lambda: _rows(20 * _MB, '<a href="mailto:k{0}@x.example">A</a>'),
}
"""Bodies in HTML, created on demand."""
_LEAST = {
    "csv": 300_000,
    "an emoji": 340_000,
    "cyrillic": 120_000,
    "short rows": 150_000,
    "bare": 90_000,
    "zipped": 150_000,
    "zipped cyrillic": 150_000,
    "one flat table": 200_000,
    "small tables": 150_000,
    "links": 450_000,
}
"""Minimum of people that must be counted."""


@pytest.mark.parametrize("case", _CASES)
def test_memory_is_bounded(case: str) -> None:
    """Messages that need the most memory for their size; peaks are measured in a separate process."""
    _measure(case, *_CASES[case]())


@pytest.mark.parametrize("case", _HTML_CASES)
def test_memory_is_bounded_for_html(case: str) -> None:
    """One table of millions of cells, and a million of tables, nested or one after the other."""
    _measure(case, _HTML_CASES[case](), b"", subtype="html")


@pytest.mark.parametrize("case", ["csv", "short rows", "phones"])
def test_memory_is_bounded_with_an_index(case: str, tmp_path: Path) -> None:
    """Customers and pseudonyms are kept as numbers too, even if each phone is shared by a couple."""
    _measure(case, *_CASES[case](), str(tmp_path))


def _measure(case: str, body: bytes, fields: bytes, *arguments: str, subtype: str = "plain") -> None:
    header = f"From: a@corp.example\r\nContent-Type: text/{subtype}; charset=utf-8\r\n"
    raw = header.encode() + fields + b"\r\n" + body
    path = {"PYTHONPATH": ":".join(sys.path), "PATH": str(Path(sys.executable).parent)}
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE, *arguments], input=raw, stdout=subprocess.PIPE, check=True, env=path
    )
    grown, size, count = map(int, done.stdout.split())
    assert grown <= 4 * size + 64 * 1024 * 1024
    assert count >= _LEAST.get(case, 0)


@pytest.mark.parametrize("number", [0, 1, 4096, 4097, 20_000, 300_000])
def test_large_sets_count_exactly(number: int) -> None:
    """Each number counts once, in any order and after a union."""
    keys = NumberSet()
    for start in range(0, number, 1000):
        keys.update(hash(str(at)) for at in range(max(0, start - 700), min(start + 1000, number)))
    total = NumberSet(hash(str(at)) for at in range(0, number, 2))
    total.add(keys)
    half = NumberSet(hash(str(at)) for at in range(0, number, 2))
    at_once = NumberSet()
    at_once.update_all(np.array([hash(str(at % number)) for at in range(2 * number)], np.int64))
    assert sorted(at_once) == sorted(keys)
    assert (number, number, number // 2) == (len(keys), len(total), len(total.without(half)))
    assert bool(keys) is bool(number)


@pytest.mark.parametrize("rows", [50, 20_000, 120_000])
def test_shared_values_are_found_across_batches(rows: int) -> None:
    """A switchboard's number in thousands of records identifies no one, even across batches."""
    phones = ["3012345678" if number % 2 else str(10**9 + number) for number in range(rows)]
    entries = {
        Field.NAME: [f"Ann Smith{number}" for number in range(rows)],
        Field.PHONE: phones,
        Field.STREET: [f"High Street {number}" for number in range(rows)],
    }

    batches = [
        Batch({field: values[at : at + 8192] for field, values in entries.items()})
        for at in range(0, rows, 8192)
    ]
    found = people_in(Records(batches), any_address)
    # People with their own phone, and people who are distinguished by name and street only.
    assert len(found.people) == rows


def _ends(beats: int):
    left = iter(range(beats))

    def beat() -> None:
        if next(left, None) is None:
            raise OutOfTime

    return beat


_LINE = "Ann Smith, ann{}@x.example, +49 30 1234567"


@pytest.mark.parametrize("beats", [0, 1, 5])
def test_the_heartbeat_ends_the_search_for_people(beats: int) -> None:
    """The heartbeat is called while long tables, tables of notes, forms and long paragraphs are read."""
    rows = [_LINE.format(number).split(", ") for number in range(60_000)]
    notes = [[f"P{number}", "ask ann@x.example or others about this and that"] for number in range(40_000)]
    form = [["Name", "Ann Smith"], ["E-mail", "ann@x.example"], ["Phone", "030 1234567"]] * 20_000
    for table in (rows, notes, form):
        with pytest.raises(OutOfTime):
            disclosed_by(Document("1", tables=(Table(table),)), beat=_ends(beats))
    with pytest.raises(OutOfTime):
        text = Text("\n".join(map(_LINE.format, range(9_000))))
        disclosed_by(Document("1", texts=(text,)), beat=_ends(beats))
