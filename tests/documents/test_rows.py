"""Rows of delimited text: all are found despite stray quotes, and parsed only on demand."""

import csv
import io
from itertools import count, pairwise

import pytest
from holdback.documents import OutOfTime, Table
from holdback.documents.rows import DelimitedRows


def rows(text: str, delimiter: str = ",", width: int = 3) -> list[list[str]]:
    return [list(row) for row in DelimitedRows(text, delimiter, width, lambda: None)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a,b,c\n1,2,3\n", [["a", "b", "c"], ["1", "2", "3"]]),
        ("a,b,c\n\n1,2,3", [["a", "b", "c"], ["1", "2", "3"]]),
        ('"a,a","b ""b""",c\n', [["a,a", 'b "b"', "c"]]),
        ('a,"two\nlines",c\n1,2,3\n', [["a", "two\nlines", "c"], ["1", "2", "3"]]),
        ('15" screen,b,c\n1,2,3\n', [['15" screen', "b", "c"], ["1", "2", "3"]]),
        ("a\u2028b,\x0bc,\x85d\n", [["a\u2028b", "\x0bc", "\x85d"]]),
        ("a,\0,c\n", [["a", "\0", "c"]]),
        ('"a,\0",b,c\n', [["a,\0", "b", "c"]]),
        ("one\nlong,er,row,by,far\n", [["one"], ["long", "er", "row", "by", "far"]]),
        ("", []),
    ],
)
def test_cells(text: str, expected: list[list[str]]) -> None:
    """Quotes, doubled quotes and line breaks as in RFC 4180; anything else literally."""
    assert expected == rows(text)


@pytest.mark.parametrize(
    "bad", ['"bad,x,y\n', 'u,"bad,y\n', 'u,x,"bad\n', '"bad","x,y\n', '"ba"d",x,y\n', '","",bad\n']
)
@pytest.mark.parametrize("others", ["{0},Ann {0},z\n", '"{0}","Ann {0}","z"\n', '{0},"Ann {0}",z\n'])
def test_one_bad_quote_loses_no_other_row(bad: str, others: str) -> None:
    """All of 3,000 rows around a broken one are found, cell by cell."""
    before = "".join(others.format(n) for n in range(1500))
    after = "".join(others.format(n) for n in range(1500, 3000))
    found = [row for row in rows(before + bad + after) if row[1:2] == [f"Ann {row[0]}"]]
    assert [[str(n), f"Ann {n}", "z"] for n in range(3000)] == found


def test_a_cell_over_the_limit_of_csv_loses_no_other_row() -> None:
    """The csv module refuses cells over 128 KiB."""
    text = '1,"Ann",z\n2,"' + "x" * 200_000 + '",z\n3,"Eve",z\n'
    assert [row[0] for row in rows(text)] == ["1", "2", "3"]


@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_as_the_writer_wrote_it_over_many_blocks(quoting: int, delimiter: str) -> None:
    """Line breaks in cells also fall on block ends."""
    table = [[str(n), f'say "{n}"\n{delimiter}twice\n\n', "x" * (n % 90)] for n in range(9000)]
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter, quoting=quoting, lineterminator="\n").writerows(table)
    assert table == rows(written.getvalue(), delimiter)


def test_without_quoting_a_quote_is_a_character() -> None:
    """Cells of HTML tables are not quoted."""
    text = '"a\tb"\n"c\td\n'
    found = list(DelimitedRows(text, "\t", 2, lambda: None, quotes=False))
    assert found == [['"a', 'b"'], ['"c', "d"]]


def test_a_sample_comes_from_everywhere() -> None:
    """The first row, the last block, and only complete rows."""
    sample = DelimitedRows(
        "id,name\n" + "".join(f"{n},Ann\n" for n in range(50_000)), ",", 2, lambda: None
    ).sample(64)
    numbers = [int(row[0]) for row in sample[1:]]
    assert sample[0] == ["id", "name"]
    assert {"Ann"} == {row[1] for row in sample[1:]}
    assert len(sample) == 64 * 8
    assert max(later - sooner for sooner, later in pairwise(numbers)) < 1000
    assert numbers[-1] > 49_000


def test_a_small_table_is_its_own_sample() -> None:
    """All rows are sampled if they are few."""
    assert DelimitedRows("a,b\nc,d\n", ",", 2, lambda: None).sample(64) == [["a", "b"], ["c", "d"]]


def test_the_heartbeat_reaches_long_iterations_and_can_end_them() -> None:
    """Iteration over a million rows calls it regularly."""
    beats = count()

    def beat() -> None:
        if next(beats) == 3:
            raise OutOfTime

    with pytest.raises(OutOfTime):
        list(DelimitedRows("a,b,c\n" * 100_000, ",", 3, beat))


@pytest.mark.parametrize(("number", "sampled"), [(0, 0), (5, 5), (512, 512), (50_000, 65 * 8)])
def test_ready_made_rows_are_sampled_as_well(number: int, sampled: int) -> None:
    """Rows of formats without source text have the same interface."""
    table = Table([[str(n)] for n in range(number)])
    assert (table.source, sampled) == ("", len(table.sample(64)))
