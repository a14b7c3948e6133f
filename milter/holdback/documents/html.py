"""Open HTML: visible text and tables, and addresses in links, attributes and comments.

Browsers repair any markup, so nothing here depends on tags being closed or nested correctly.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from html import unescape

from holdback.documents.budget import Budget
from holdback.documents.charset import decode, visible
from holdback.documents.document import Piece, Table
from holdback.documents.rows import DelimitedRows
from holdback.documents.text import read_text
from holdback.mail import Part

_TABLE, _END, _ROW, _CELL = "\x1c", "\x1d", "\x1e", "\x1f"
"""Control characters that replace the tags of tables."""

_BLOCKS = (
    "address article aside blockquote body br caption center dd div dl dt fieldset figure footer form "
    "h1 h2 h3 h4 h5 h6 head header hr html legend li main nav ol option p pre section select "
    "tbody tfoot thead title ul"
)
_LAYOUT = {
    **{name: "\n" for block in _BLOCKS.split() for name in (block, "/" + block)},
    "table": _TABLE,
    "/table": _END,
    "tr": _ROW,
    "td": _CELL,
    "th": _CELL,
}
_LAYOUT |= {name.upper(): sign for name, sign in _LAYOUT.items()}
_UNSEEN = ("<style", "<script", "<STYLE", "<SCRIPT")
_CHUNK = 16 * 1024
"""Characters whose tags are removed between two heartbeats; they fit into the CPU cache."""

_TAG = re.compile(r"<([/!?a-zA-Z][^\s/>]*+)[^>]*+>")
"""Only for text that ends with `>`: then no character is examined twice, even with unclosed tags."""
_LAST_AT = re.compile(r"@[^<>@]*+>")
_COMMENT = re.compile(r"<!--(?:\[[^<>]*+>)?|(?:<!\[[a-z]*\])?-->")
_ADDRESS = re.compile(r"""(?:cid:)?[^\s"'=<>?&;,:()/]{1,64}@[^\s"'=<>?&;,:()/]++""", re.I)
_NOT_ADDRESSES = re.compile(r"cid:|.*\.(?:png|jpe?g|gif|svg|webp|css|js)$", re.I | re.S)
_LONG_NUMBER = re.compile(r"&#[xX]?[0-9a-fA-F]{9,}+;?")

_BLANKS = re.compile("  +")

_LINK = 400
"""Longest link text in which its address is searched, in characters."""
_LONG_CELL = 200
"""Mean length of a cell above which a table is layout, not data."""


def open_html(part: Part, budget: Budget) -> Iterator[Piece]:
    """Yield the texts and tables of `part`; layout tables become lines of text."""
    html = _prepared(decode(part.content, part.charset))
    text = _characters("".join(_without_tags(html, budget)))
    pieces = list(_pieces(text, budget))
    yield from read_text("".join(piece for piece in pieces if isinstance(piece, str)), budget)
    yield from (piece for piece in pieces if isinstance(piece, Table))


def _prepared(html: str) -> str:
    """Remove scripts and styles, and add addresses hidden in comments and attributes as text."""
    for sign in (_TABLE, _END, _ROW, _CELL):
        html = html.replace(sign, " ")
    for opening in _UNSEEN:
        if opening in html:
            html = "".join(_outside(html, opening, opening.replace("<", "</")))
    if "<!--" in html:
        html = _COMMENT.sub("\n", html)
    if "%40" in html:
        html = html.replace("%40", "@")
    if "@" in html:
        html = "".join(_with_addresses(html))
    return html


def _outside(html: str, opening: str, closing: str) -> Iterator[str]:
    """Yield `html` without the content between `opening` and `closing`; unclosed content is kept."""
    end = 0
    while (start := html.find(opening, end)) >= 0 and (after := html.find(closing, start)) >= 0:
        yield html[end:start]
        end = after
    yield html[end:]


def _with_addresses(html: str) -> Iterator[str]:
    """Yield `html` in pieces, with the addresses of a link added at its end unless its text shows them."""
    end = seen = 0
    for match in _LAST_AT.finditer(html):
        opening = html.rfind("<", seen, match.start())
        seen = match.end()
        if opening < 0 or html.find(">", opening, match.start()) >= 0:
            continue
        shown, closed, _ = html[seen : seen + _LINK].partition("</a")
        shown = shown if closed else ""
        found = dict.fromkeys(_ADDRESS.findall(html, opening, seen))
        hidden = [one for one in found if one not in shown and not _NOT_ADDRESSES.match(one)]
        if hidden:
            place = seen + len(shown)
            yield html[end:place]
            yield f" {' '.join(hidden)} "
            end = place
    yield html[end:]


def _without_tags(html: str, budget: Budget) -> Iterator[str]:
    """Yield `html` in pieces, with tags replaced by line breaks, control characters or nothing."""
    layout = defaultdict(str, _LAYOUT)
    start = 0
    while (end := _last_tag(html, start)) > start:
        budget.beat()
        woven = _TAG.split(html[start:end])
        woven[1::2] = map(layout.__getitem__, woven[1::2])
        yield "".join(woven)
        start = end
    yield html[start:]


def _last_tag(html: str, start: int) -> int:
    """Return the index after the last `>` of a chunk, or else after the next one; 0 if there is none."""
    return html.rfind(">", start, start + _CHUNK) + 1 or html.find(">", start) + 1


def _characters(text: str) -> str:
    """Resolve character references (HTML 13.5)."""
    if "&" in text:
        text = text.replace("&nbsp;", " ")
        if text.count("&") == text.count("&amp;"):
            text = text.replace("&amp;", "&")
        else:
            # Python raises for numbers of thousands of digits.
            text = unescape(_LONG_NUMBER.sub("", text))
    return visible(text.replace("\xa0", " "))


def _pieces(text: str, budget: Budget) -> Iterator[str | Table]:
    """Yield innermost tables as tables and all other text in order, with structure replaced by blanks."""
    before, *tables = text.split(_TABLE)
    yield _blanks(before)
    for number, piece in enumerate(tables, start=1):
        inside, *after = piece.split(_END)
        caption, row, rest = inside.partition(_ROW)
        rows = _rows(row + rest, budget) if after or number == len(tables) else None
        yield _blanks(caption if rows else inside)
        if rows:
            yield Table(rows, where=f"table {number}")
        yield from map(_blanks, after)


def _blanks(text: str) -> str:
    return "\n" + text.replace(_ROW, "\n").replace(_CELL, "\t")


def _rows(table: str, budget: Budget) -> DelimitedRows | None:
    """Return the rows of a data table; None for a layout table."""
    text = table.replace("\n", " ").replace("\t", " ")
    if "  " in text:
        text = _BLANKS.sub(" ", text)
    for sign in (_ROW, _CELL):
        budget.beat()
        text = text.replace(" " + sign, sign).replace(sign + " ", sign)
    budget.beat()
    text = text.replace(_ROW + _CELL, "\n").replace(_ROW, "\n").replace(_CELL, "\t").strip(" \n")
    lines = text.split("\n")
    wide = sum("\t" in line.strip() for line in lines)
    cells = len(lines) + text.count("\t")
    if wide < 2 or len(text) > _LONG_CELL * cells:
        return None
    return DelimitedRows(text, "\t", lines[0].count("\t") + 1, budget.beat, quotes=False)
