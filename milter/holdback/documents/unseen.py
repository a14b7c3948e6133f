"""Take out of HTML what a reader does not see: scripts, comments, hidden and white elements."""

import io
import re
from collections.abc import Iterator

from holdback.documents.budget import Budget
from holdback.documents.large_text import joined, occurrences

HIDDEN_CELL = "\x0e"
"""Control character in a row or cell of a table that is hidden."""

_STYLES = ("<style", "<STYLE")
_SCRIPTS = ("<script", "<SCRIPT")
_SIGNS = (
    *("none", "NONE", "idden", "IDDEN", "hide:", "size:0", "size: 0", "SIZE:0", "SIZE: 0"),
    *("#fff", "#FFF", "white", "WHITE", "White", "255"),
)
"""One of these is in everything that `_HIDING` finds."""
_AROUND = 40
"""Characters around a sign in which `_HIDING` is searched."""
_HIDING = re.compile(
    r"""display\s*+:\s*+none|visibility\s*+:\s*+hidden|mso-hide\s*+:\s*+all|font-size\s*+:\s*+0(?![.\d])"""
    r"""|\shidden(?=[\s=>])|(?<![-\w])color\s*+[:=]\s*+["']?(?:#fff(?:fff)?(?![\da-f])|white(?!\w)"""
    r"""|rgb\(\s*+255\s*+,\s*+255\s*+,\s*+255\s*+\))""",
    re.I,
)
_WHITE = ("c", "C")
_OTHER_COLORS = ("-color", "bgcolor", "background")
"""Before a colour that is not that of text."""
_BACKGROUND = ("background", "bgcolor", "BACKGROUND", "BGCOLOR")
_CONDITION = re.compile(r"^\[[^]<>\n]*+\]>|<!\[[a-z]*\]$", re.M)
"""Around a comment that only Outlook reads."""
_NAME = re.compile(r"<([a-zA-Z][\w:-]*+)")
_ROWS = frozenset(("tr", "td", "th", "tbody", "thead", "tfoot"))
_LONGEST_TAG = 8 * 1024
"""Characters of a tag that is looked at."""
_MOST_UNCLOSED = 8
"""Kinds of hidden elements whose end is missing, after which no more are searched."""
_VOID = frozenset(("area", "base", "body", "br", "col", "hr", "html", "img", "input", "link", "meta", "wbr"))


def without_styles(html: str) -> str:
    """Return `html` without its style sheets."""
    for opening in _STYLES:
        if opening in html:
            html = joined(_around(html, opening, opening.replace("<", "</"), []))
    return html


def take_scripts(html: str) -> tuple[str, list[str]]:
    """Return `html` without scripts, and the scripts, each with the rest of its opening tag."""
    taken: list[str] = []
    for opening in _SCRIPTS:
        if opening in html:
            html = joined(_around(html, opening, opening.replace("<", "</"), taken))
    return html, taken


def take_comments(html: str) -> tuple[str, str]:
    """Return `html` without comments, and the comments."""
    if "<!--" not in html:
        return html, ""
    taken: list[str] = []
    kept = joined(_around(html, "<!--", "-->", taken, len("-->")))
    return kept, _CONDITION.sub("", "\n".join(taken))


def _around(html: str, opening: str, closing: str, taken: list[str], skipped: int = 0) -> Iterator[str]:
    """Yield `html` without the content between `opening` and `closing`; unclosed content is kept.

    skipped: characters of `closing` that are left out as well.
    """
    end = 0
    while (start := html.find(opening, end)) >= 0 and (after := html.find(closing, start)) >= 0:
        yield html[end:start]
        taken.append(html[start + len(opening) : after])
        end = after + skipped
    yield html[end:]


def take_hidden(html: str, budget: Budget) -> tuple[str, dict[str, str]]:
    """Return `html` without hidden elements, and those by place: `hidden text`, `white text`.

    Rows and cells of tables stay where they are, with `HIDDEN_CELL` in them.
    """
    if not any(map(html.__contains__, _SIGNS)):
        return html, {}
    taken: dict[str, io.StringIO] = {}
    kept = joined(_visible(html, taken, budget))
    return kept, {where: elements.getvalue() for where, elements in taken.items()}


def _visible(html: str, taken: dict[str, io.StringIO], budget: Budget) -> Iterator[str]:
    end = 0
    unclosed: set[str] = set()
    for place in occurrences(html, _SIGNS):
        if place < end or html[max(0, place - _AROUND) : place].rstrip(" :='\"").lower().endswith(
            _OTHER_COLORS
        ):
            continue
        hiding = _HIDING.search(html, max(end, place - _AROUND), place + _AROUND)
        start, after = _tag_around(html, hiding.start(), hiding.end(), end) if hiding else (0, 0)
        name = _NAME.match(html, start) if after else None
        if not hiding or not name:
            continue
        budget.beat()
        kind, is_white = name[1].lower(), hiding[0].startswith(_WHITE)
        if kind in _VOID or (is_white and not _is_text(html[start:after], kind)):
            continue
        if kind in _ROWS:
            yield html[end:after] + HIDDEN_CELL
            end = after
        elif kind not in unclosed and len(unclosed) < _MOST_UNCLOSED and (close := _close(html, after, kind)):
            yield html[end:start] + "\n"
            elements = taken.setdefault("white text" if is_white else "hidden text", io.StringIO())
            elements.write(html[after:close] + "\n")
            end = close
        else:
            unclosed.add(kind)
    yield html[end:]


def _tag_around(html: str, start: int, end: int, floor: int) -> tuple[int, int]:
    """Return begin and end of the tag that has all of `start` to `end`; zeros if there is none."""
    opening = html.rfind("<", max(floor, start - _LONGEST_TAG), start)
    if opening < 0 or html.find(">", opening, start) >= 0:
        return 0, 0
    return opening, html.find(">", end, end + _LONGEST_TAG) + 1


def _is_text(tag: str, kind: str) -> bool:
    """Return True if white text in this element cannot be seen: no button, no background of its own."""
    return kind not in ("a", "th", "button") and not any(map(tag.__contains__, _BACKGROUND))


def _close(html: str, start: int, kind: str) -> int:
    """Return the index of the tag that closes an element `kind` opened before `start`; 0 if there is none."""
    depth = 1
    for tag in re.compile(rf"<(/?){re.escape(kind)}(?=[\s/>])", re.I).finditer(html, start):
        depth += -1 if tag[1] else 1
        if not depth:
            return tag.start()
    return 0
