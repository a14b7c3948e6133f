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
    "address article aside blockquote body br caption center div dl fieldset figure footer form "
    "h1 h2 h3 h4 h5 h6 head header hr html legend li main nav ol option p pre section select "
    "tbody text textarea tfoot thead title ul"
)
_LAYOUT = {
    **{name: "\n" for block in _BLOCKS.split() for name in (block, "/" + block)},
    "table": TABLE,
    "/table": END,
    "tr": ROW,
    "td": CELL,
    "th": CELL,
    "dt": "\n",
    "dd": "\t",
    "/label": "\t",
}
_LAYOUT |= {name.upper(): sign for name, sign in _LAYOUT.items()}
_INDENTED = re.compile(r"\n[ \t\r\n]*+<")
_VERBATIM = ("<pre", "<textarea", "<PRE", "<TEXTAREA")
"""Elements whose line breaks are part of the text."""
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
_INLINE = "(?:span|b|strong|i|em|font|label|a|small|SPAN|B|STRONG|I|EM|FONT|LABEL|A|SMALL)"
_JOINT = re.compile(
    rf"</(?:(?<=[^\W_]</)|(?<=\)</)){_INLINE}>(?:</{_INLINE}>)*+(?:<{_INLINE}(?:\s[^<>]*+)?>)++(?=([^\W_]|[+(]))"
)
"""The tags between two elements, with nothing but them between the last and the first character."""
_WORD = 40
"""Longest word in characters."""
_OF_WORD = ("SpellE", "GramE")
"""Classes of elements into which Word splits even single words."""

_LINK = 400
"""Longest link text in which its address is searched, in characters."""


def text_of(html: str, budget: Budget) -> str:
    """Return the visible text of `html`, and the addresses in its links and attributes."""
    text, has_comments = "", "<!--" in html
    is_folded = "\n" in html and not any(map(html.__contains__, _VERBATIM))
    for piece in _pieces(html):
        prepared = _prepared(_unfolded(piece) if is_folded else piece, has_comments)
        text += _characters("".join(_without_tags(prepared, is_folded and "\n" in prepared, budget)))
    return text


def _unfolded(html: str) -> str:
    """Return `html` without the line breaks between a tag and text, which only format the markup."""
    html = html.replace(">\n", "> ").replace("\n<", " <")
    return _INDENTED.sub(" <", html) if "\n" in html else html


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
    """Add addresses in attributes as text, and blanks between the fields of a row of elements."""
    for sign in (TABLE, END, ROW, CELL):
        html = html.replace(sign, " ")
    if has_comments:
        html = _COMMENT.sub("\n", html)
    if "%" in html:
        html = html.replace("%40", "@")
    if "@" in html:
        html = "".join(_with_addresses(html))
    return _JOINT.sub(_joined, html)


def _joined(joint: re.Match[str]) -> str:
    """Return the tags between two elements; after a blank or a tab if the second one begins a word.

    Programs for writing split even words into elements. Of two single words a name may be made.
    """
    html, tags, first = joint.string, joint[0], joint[1]
    last = html[joint.start() - 1]
    are_letters = last.isalpha() and first.isalpha()
    is_part = last.isupper() or first.islower() if are_letters else last.isdigit() and first.isdigit()
    if is_part and (" class=" not in tags or any(map(tags.__contains__, _OF_WORD))):
        return tags
    around = html[max(0, joint.start() - _WORD) : joint.start()].rpartition(">")[2]
    around += html[joint.end() : joint.end() + _WORD].partition("<")[0]
    return (" " if are_letters and " " not in around.strip() else "\t") + tags


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


def _without_tags(html: str, is_folded: bool, budget: Budget) -> Iterator[str]:
    """Yield `html` in pieces, with tags replaced by line breaks, control characters or nothing.

    is_folded: line breaks in the text may only format the markup.
    """
    layout = defaultdict(str, _LAYOUT)
    start = 0
    while (end := _last_tag(html, start, _CHUNK)) > start:
        budget.beat()
        woven = _TAG.split(html[start:end])
        if is_folded:
            woven[::2] = [_one_line(text) if "\n" in text else text for text in woven[::2]]
        woven[1::2] = map(layout.__getitem__, woven[1::2])
        yield "".join(woven)
        start = end
    yield html[start:]


def _one_line(text: str) -> str:
    """Return the text between two tags without the line breaks that only format the markup.

    Of several lines the breaks between them are kept: they may be a list that lacks markup.
    """
    inner = text.strip()
    if not inner:
        return " "
    if inner.count("\n") == 1:
        inner = " ".join(map(str.strip, inner.split("\n")))
    return f"{' ' if text[0].isspace() else ''}{inner}{' ' if text[-1].isspace() else ''}"


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
