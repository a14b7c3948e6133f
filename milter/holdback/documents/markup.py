"""Turn HTML markup into text, with control characters in the place of the tags of tables.

A large document is converted piece by piece, so that beside it only its text is in memory.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from html import unescape

from holdback.documents.budget import Budget
from holdback.documents.charset import visible

TABLE, END, ROW, CELL = "\x1c", "\x1d", "\x1e", "\x1f"
"""Control characters that replace the tags of tables."""

_BLOCKS = (
    "address article aside blockquote body br caption center dd div dl dt fieldset figure footer form "
    "h1 h2 h3 h4 h5 h6 head header hr html legend li main nav ol option p pre section select "
    "tbody tfoot thead title ul"
)
_LAYOUT = {
    **{name: "\n" for block in _BLOCKS.split() for name in (block, "/" + block)},
    "table": TABLE,
    "/table": END,
    "tr": ROW,
    "td": CELL,
    "th": CELL,
}
_LAYOUT |= {name.upper(): sign for name, sign in _LAYOUT.items()}
_UNSEEN = ("<style", "<script", "<STYLE", "<SCRIPT")
_PIECE = 512 * 1024
"""Characters of a large document that are converted at a time."""
_CHUNK = 16 * 1024
"""Characters whose tags are removed between two heartbeats; they fit into the CPU cache."""

_TAG = re.compile(r"<([/!?a-zA-Z][^\s/>]*+)[^>]*+>")
"""Only for text that ends with `>`: then no character is examined twice, even with unclosed tags."""
_LAST_AT = re.compile(r"@[^<>@]*+>")
_COMMENT = re.compile(r"<!--(?:\[[^<>]*+>)?|(?:<!\[[a-z]*\])?-->")
_ADDRESS = re.compile(r"""(?:cid:)?[^\s"'=<>?&;,:()/]{1,64}@[^\s"'=<>?&;,:()/]++""", re.I)
_NOT_ADDRESSES = re.compile(r"cid:|.*\.(?:png|jpe?g|gif|svg|webp|css|js)$", re.I | re.S)
_LONG_NUMBER = re.compile(r"&#[xX]?[0-9a-fA-F]{9,}+;?")

_LINK = 400
"""Longest link text in which its address is searched, in characters."""


def text_of(html: str, budget: Budget) -> str:
    """Return the visible text of `html`, and the addresses in its links, attributes and comments."""
    for opening in _UNSEEN:
        if opening in html:
            html = _without(html, opening, opening.replace("<", "</"))
    text, has_comments = "", "<!--" in html
    for piece in _pieces(html):
        text += _characters("".join(_without_tags(_prepared(piece, has_comments), budget)))
    return text


def _without(html: str, opening: str, closing: str) -> str:
    """Return `html` without the content between `opening` and `closing`; unclosed content is kept."""
    kept, end = "", 0
    while (start := html.find(opening, end)) >= 0 and (after := html.find(closing, start)) >= 0:
        kept += html[end:start]
        end = after
    return kept + html[end:]


def _pieces(html: str) -> Iterator[str]:
    """Yield `html`, a large document in pieces that end with a tag."""
    start = 0
    while len(html) - start > _PIECE and (end := _last_tag(html, start, _PIECE)) > start:
        # The text of a link is needed to see whether it shows the link's address.
        link = html.rfind("</a>", start + _PIECE // 2, end)
        end = end if link < 0 else link + len("</a>")
        yield html[start:end]
        start = end
    yield html[start:] if start else html


def _prepared(html: str, has_comments: bool) -> str:
    """Add addresses hidden in comments and attributes as text."""
    for sign in (TABLE, END, ROW, CELL):
        html = html.replace(sign, " ")
    if has_comments:
        html = _COMMENT.sub("\n", html)
    if "%" in html:
        html = html.replace("%40", "@")
    if "@" in html:
        html = "".join(_with_addresses(html))
    return html


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
    while (end := _last_tag(html, start, _CHUNK)) > start:
        budget.beat()
        woven = _TAG.split(html[start:end])
        woven[1::2] = map(layout.__getitem__, woven[1::2])
        yield "".join(woven)
        start = end
    yield html[start:]


def _last_tag(html: str, start: int, size: int) -> int:
    """Return the index after the last `>` of `size` characters, or else after the next one; 0 if none."""
    return html.rfind(">", start, start + size) + 1 or html.find(">", start) + 1


def _characters(text: str) -> str:
    """Resolve character references."""
    if "&" in text:
        text = text.replace("&nbsp;", " ")
        if text.count("&") == text.count("&amp;"):
            text = text.replace("&amp;", "&")
        else:
            # Python raises for numbers of thousands of digits.
            text = unescape(_LONG_NUMBER.sub("", text))
    return visible(text.replace("\xa0", " "))
