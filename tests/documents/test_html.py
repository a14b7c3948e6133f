"""HTML: text, tables and hidden addresses."""

import pytest
from holdback.documents import Budget, Document, open_parts
from holdback.mail import Limits, Part


def opened(html: str) -> Document:
    parts = (Part("1", html.encode(), "text/html", charset="utf-8"),)
    (document,) = open_parts(parts, Budget(Limits(), lambda: True))
    return document


def words(html: str) -> str:
    """Return the running text with normalised blanks and line breaks."""
    text = "".join(text.text for text in opened(html).texts)
    return "\n".join(" ".join(line.split()) for line in text.split("\n") if line.strip())


def tables(html: str) -> list[list[list[str]]]:
    return [[list(row) for row in table.rows] for table in opened(html).tables]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Dear Ann,</p><p>bye</p>", "Dear Ann,\nbye"),
        ("one<br>two<BR/>three<div>four</div>five", "one\ntwo\nthree\nfour\nfive"),
        ("<ul><li>one<li>two</ul>", "one\ntwo"),
        ("ann<b>@</b>shop.<i class='x'>exa</i>mple", "ann@shop.example"),
        (
            "<p>ann&#64;shop&period;example &amp; &lt;eve&commat;shop.example&gt;&nbsp;&uuml;</p>",
            "ann@shop.example & <eve@shop.example> ü",
        ),
        ("<p>AT&amp;T &amp;amp;</p>", "AT&T &amp;"),
        ("ann<wbr>@shop&shy;.example", "ann@shop.example"),
        ("<style>p{a:b}</style><p>seen<script>var a = '<b>unseen</b>'</script>", "seen"),
        ("<STYLE TYPE='x'>unseen</STYLE >seen", "seen"),
        ("<p><style>never closed<p>seen", "never closed\nseen"),
        ("<p>a<!-- Ann, +49 30 1234 -->b</p>", "a\nAnn, +49 30 1234\nb"),
        ("<p>a<!-- <b>Ann</b> --></p>", "a\nAnn"),
        ("<!--[if mso]><p>Outlook</p><![endif]-->x<!--never closed", "Outlook\nx\nnever closed"),
        ('<a href="mailto:ann@shop.example?subject=Hi">Ann Smith</a>!', "Ann Smith ann@shop.example !"),
        ('<a href="MAILTO:ann%40shop.example"><span>Ann Smith</span></a>', "Ann Smith ann@shop.example"),
        ('<a href="mailto:ann@shop.example"><b>ann@shop.example</b></a>', "ann@shop.example"),
        (
            '<p><a href="mailto:ann@shop.example?cc=eve@shop.example">x</a>',
            "x ann@shop.example eve@shop.example",
        ),
        (
            '<a href="mailto:a@x.example">Ann</a> <a href="mailto:ba@x.example">Bea</a>',
            "Ann a@x.example Bea ba@x.example",
        ),
        ("<p><input value='ann@shop.example'>", "ann@shop.example"),
        ("<p>From: Ann <ann@shop.example>", "From: Ann ann@shop.example"),
        ('<p>x<img src="cid:image001.png@01DA2B3C.4D5E6F70"><img src="https://x.example/a@2x.png">', "x"),
        ("<p>1 < 2 and 3 > 2, ann@shop.example > x", "1 < 2 and 3 > 2, ann@shop.example > x"),
        ("<p>a <", "a <"),
        ("<p>a <b", "a <b"),
        ("<p>&#99999999999;&#x110000;&#0;&bogus;x", "\ufffd\ufffd&bogus;x"),
        (
            "<p>signs \x1c\x1d\x1e\x1f that mean nothing" + " at all" * 20,
            "signs that mean nothing" + " at all" * 20,
        ),
        ("<pre>one\n  two</pre>", "one\ntwo"),
    ],
)
def test_text(html: str, text: str) -> None:
    """Block elements break lines, other tags do not; invisible content may be data."""
    assert text == words(html)


ROW = "<tr><td>{0}</td><td>Ann Smith {0}</td><td>ann{0}@shop.example</td></tr>"


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (
            "<table><thead><tr><th>id</th><th>name</th></tr></thead><tbody><tr><td>1</td><td>Ann</td></tr></tbody></table>",
            [[["id", "name"], ["1", "Ann"]]],
        ),
        ("<table><tr><td>a<td>b<tr><td>c<td>d</table>", [[["a", "b"], ["c", "d"]]]),
        ("<TABLE><TR><TD>a</TD><TD>b</TD></TR><TR><TD>c</TD><TD>d</TD></TR>", [[["a", "b"], ["c", "d"]]]),
        (
            "<table>\n <tr>\n  <td>\n   <p>Ann<br>\n Smith</p></td>\n <td> </td><td>x</td></tr>\n"
            "<tr><td>c</td><td>\td</td><td></td></tr></table>",
            [[["Ann Smith", "", "x"], ["c", "d", ""]]],
        ),
        (
            '<table><tr><td>"a</td><td>b</td></tr><tr><td>c, "d"</td><td>"</td></tr></table>',
            [[['"a', "b"], ['c, "d"', '"']]],
        ),
        (
            "<table><tr><td><table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table></td></tr></table>",
            [[["a", "b"], ["c", "d"]]],
        ),
        (
            '<table><tr><td><a href="mailto:a@x.example">Ann</a></td><td>1</td></tr>'
            '<tr><td><a href="mailto:e@x.example">Eve</a></td><td>2</td></tr></table>',
            [[["Ann a@x.example", "1"], ["Eve e@x.example", "2"]]],
        ),
        ("<table><tr><td>only</td></tr><tr><td>layout</td></tr></table>", []),
        ("<table><tr><td>logo</td><td>" + "word " * 200 + "</td></tr></table>" * 2, []),
        (
            "<p>id,name,city<br>1,Ann,Rome<br>2,Eve,Oslo<br>3,Bob,Bonn</p>",
            [[["id", "name", "city"], ["1", "Ann", "Rome"], ["2", "Eve", "Oslo"], ["3", "Bob", "Bonn"]]],
        ),
    ],
)
def test_tables(html: str, expected: list[list[list[str]]]) -> None:
    """Rows and cells, closed or not; nested layout is ignored; layout alone is not a table."""
    assert expected == tables(html)


def test_a_table_inside_a_letter() -> None:
    """Caption and letter remain text; the table has its number."""
    html = (
        "<p>Dear Ann</p><table><caption>Customers</caption>"
        + ROW.format(1)
        + ROW.format(2)
        + "</table><p>bye</p>"
    )
    assert words(html) == "Dear Ann\nCustomers\nbye"
    assert [table.where for table in opened(html).tables] == ["table 1"]


def test_twenty_thousand_rows() -> None:
    """All rows of an HTML export named as a spreadsheet."""
    html = "<html><table>" + "".join(ROW.format(n) for n in range(20_000)) + "</table></html>"
    assert [[[str(n), f"Ann Smith {n}", f"ann{n}@shop.example"] for n in range(20_000)]] == tables(html)


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 200_000 + "ann@shop.example",
        "<table><tr><td>" * 60_000 + "ann@shop.example",
        "<" * 300_000 + "p>ann@shop.example",
        "<a" * 300_000 + "<p>ann@shop.example",
        "<!--" * 300_000 + "<p>ann@shop.example",
        "<p>" + "a@b>" * 300_000 + "ann@shop.example",
        "<p>" + "&" * 300_000 + "<p>ann@shop.example",
        "<p>&#" + "9" * 300_000 + ";ann@shop.example",
        "<style>" * 100_000 + "ann@shop.example",
        "<p " + "@" * 300_000 + "><p>ann@shop.example",
    ],
)
def test_hostile_markup_neither_raises_nor_hides(html: str) -> None:
    """Input that is quadratic or too deep for naive parsers."""
    assert "ann@shop.example" in words(html)


def test_of_very_many_tables_the_rows_are_text() -> None:
    """Each table takes memory of its own, so the rows of further ones are read as lines."""
    html = "".join(f"<table>{ROW.format(number)}{ROW.format(-number)}</table>" for number in range(5_000))
    found = tables(html)
    assert len(found) < 5_000
    rows = sorted(int(row[-2].rpartition(" ")[2]) for table in found for row in table)
    assert rows == sorted([*range(5_000), *range(0, -5_000, -1)])


@pytest.mark.parametrize(
    "unit",
    [
        '<p><a href="mailto:ann{0}@shop.example">Ann Smith {0}</a></p>\n',
        '<p><a href="mailto:ann{0}@shop.example">ann{0}@shop.example</a></p>\n',
        "<p><!-- ann{0}@shop.example --></p>",
        "<style>p{{a:b}}</style><b>ann</b>{0}&commat;shop.example<br>",
    ],
)
def test_a_large_document_is_read_like_a_small_one(unit: str) -> None:
    """Nothing is lost or doubled where a large document is converted piece by piece."""
    shown = words("".join(map(unit.format, range(20_000))))
    assert shown == "\n".join(words(unit.format(number)) for number in range(20_000))
