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
    text = "\n".join(text.text for text in opened(html).texts)
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
        ("<p>a<!-- Ann, +49 30 1234 -->b</p>", "ab\nAnn, +49 30 1234"),
        ("<p>a<!-- <b>Ann</b> --></p>", "a\nAnn"),
        ("<!--[if mso]><p>Outlook</p><![endif]-->x<!--never closed", "x\nnever closed\nOutlook"),
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


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p><span>Anna</span><span>Schmidt</span><span>0511</span></p>", "Anna Schmidt 0511"),
        ("<p><span>Anna Schmidt</span><b>Celle</b></p>", "Anna Schmidt Celle"),
        ("<p><span class=a>anna</span><span class=b>celle</span></p>", "anna celle"),
        (
            "<p><span>Schm</span><span>idt</span> <span class=SpellE>Bri</span><span>nk</span></p>",
            "Schmidt Brink",
        ),
        ("<p><span>05</span><span>11</span></p>", "0511"),
        ("<p>ann<span class=at>@</span><span>shop.example</span></p>", "ann@shop.example"),
        ("<p>Anna\n   Schmidt<br>\n  Celle\n</p>\n<p>\n</p>", "Anna Schmidt\nCelle"),
        ("<p>one,1\ntwo,2\nthree,3</p>", "one,1\ntwo,2\nthree,3"),
        ("<textarea>one\ntwo</textarea>", "one\ntwo"),
        ("<dl><dt>Name<dd>Anna<dt>Town<dd>Celle</dl>", "Name Anna\nTown Celle"),
        ("<label>Name</label><input value='Anna &amp; Eve'>", "Name Anna & Eve"),
        ("<input type=submit value='Send'><input type=hidden name=a value='x'>", ""),
        ("<option value='0511 506304'>Anna", "0511 506304 Anna"),
        ("<option value='DE'>Germany", "Germany"),
    ],
)
def test_fields(html: str, text: str) -> None:
    """Fields in elements of their own stay apart; words that a program split into elements stay words."""
    assert text == words(html)


@pytest.mark.parametrize(
    ("html", "place"),
    [
        ("<script>var a = [{name: 'Ann', mail: 'ann@shop.example'}]</script>", "script"),
        ('<SCRIPT type=\'application/json\'>[{"mail": "ann@shop.example"}]</SCRIPT>', "script"),
        ("<script>alert('write to ann@shop.example')</script>", "script"),
        ('<div data-row=\'[{"mail": "ann@shop.example"}]\'></div>', "attribute"),
        ("<div data-mail='ann@shop.example' data-name='Ann'></div>", "attribute"),
        ("<img title='Ann, ann@shop.example'>", "attribute"),
        (
            "<input type=hidden name=n value=Ann><input type=hidden name=m value='ann@shop.example'>",
            "form field",
        ),
        ("<p>x<!-- ann@shop.example -->", "comment"),
        ("<!--[if mso]><table><tr><td>ann@shop.example</table><![endif]-->", "comment"),
        ("<div style='display : none'><div>x</div>ann@shop.example</div>", "hidden text"),
        ("<span hidden>ann@shop.example</span>", "hidden text"),
        ("<SPAN STYLE='FONT-SIZE:0;COLOR:RED'>ann@shop.example</SPAN>", "hidden text"),
        ("<font color=white>ann@shop.example</font>", "white text"),
        ("<p style='color:rgb(255, 255, 255)'>ann@shop.example</p>", "white text"),
        (
            "<table><tr><td>a</td><td>b</td></tr><tr hidden><td>c</td><td>ann@shop.example</td></tr></table>",
            "table 1 with hidden cells",
        ),
        # What a reader sees.
        ("<p>ann@shop.example</p>", ""),
        ("<a style='color:#fff;background:#036'>ann@shop.example</a>", ""),
        ("<p style='background-color:#fff'>ann@shop.example</p>", ""),
        ("<p style='font-size:0.9em'>ann@shop.example</p>", ""),
        ("<a href='https://x.example/?hidden=1'>ann@shop.example</a>", ""),
        ("<div hidden>never closed: ann@shop.example", ""),
        ("<p>style='display:none' ann@shop.example</p>", ""),
    ],
)
def test_places_that_a_reader_does_not_see(html: str, place: str) -> None:
    """The place of an address says that it is in no visible text."""
    document = opened(f"<html><p>Hello</p>{html}")
    tables = [(table.where, str([*table.rows, table.header])) for table in document.tables]
    texts = [(text.where, text.text) for text in document.texts]
    assert [where for where, content in (*tables, *texts) if "ann@shop.example" in content] == [place]


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
        "<div hidden>" * 100_000 + "ann@shop.example",
        "".join(f"<x{n} hidden>" for n in range(60_000)) + "ann@shop.example",
        "<p " + "display:none " * 100_000 + "><p>ann@shop.example",
        "<i data-a='1 " * 100_000 + "'><p>ann@shop.example",
        '<input value="' * 100_000 + "<p>ann@shop.example",
        "<script>" + "[{a:'\\\"/*`" * 100_000 + "</script><p>ann@shop.example",
        "<script>[1]</script>" * 50_000 + "ann@shop.example",
        "<span>A</span>" * 100_000 + "ann@shop.example",
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
