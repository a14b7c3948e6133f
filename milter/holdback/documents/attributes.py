"""Read data in attributes of HTML: `data-…`, JSON, programs, files in links, titles, form fields."""

import binascii
import re
from collections.abc import Iterator
from contextlib import suppress
from html import unescape
from urllib.parse import unquote_to_bytes

from holdback.documents.budget import Budget
from holdback.documents.data.record_tables import Field, RecordTables
from holdback.documents.data.scripts import read_scripts
from holdback.documents.document import Piece, Text, within
from holdback.documents.large_text import joined, occurrences
from holdback.mail import Part

_SIGNS = (
    *("data-", "<input", "<INPUT", "<option", "<OPTION", "title=", "alt=", "aria-label=", "onclick="),
    *('="[{', "='[{", '="{', "='{", '="[[', "='[["),
    *('"data:text', "'data:text", '"data:app', "'data:app"),
)
_VALUE = re.compile(r"""(?:data-[\w.:-]+|title|alt|aria-label)\s*+=\s*+(?:"([^"]*+)"|'([^']*+)')""")
_NAME = re.compile(r"<([a-zA-Z][\w:-]*+)")
_ATTRIBUTE = re.compile(
    r"""[\s/]*+([a-zA-Z_:@][\w.:@-]*+)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'<>=]++)))?"""
)
_END = re.compile(r"[\s/]*+>")
_LONGEST_TAG = 8 * 1024
"""Characters before an attribute in which its tag begins, at most."""
_MOST_FILES = 64
_MOST = 200
"""Attributes of one tag."""
_DATA = re.compile(r"@|\d(?:[ ()/.+-]?\d){5}")
"""A value with one of these may be data of a person; most others are identifiers of programs."""
_CODE = re.compile(r"\s*+[\[{]\s*+[\[{\"'\w]")
_CODE_NAMES = ("on", "x-", ":", "v-", "ng-")
"""Beginning of the names of attributes that hold a program."""
_FILE = re.compile(r"data:((?:text|application)/[\w.+-]{1,100})((?:;[\w=.-]{1,60}){0,4}),(.*)", re.S)
_LINK = re.compile(r"\s*+(?:https?:|mailto:|/|#|data:)")
_NO_TEXT = frozenset(
    ["submit", "button", "reset", "image", "checkbox", "radio", "range", "color", "file", "password"]
)
"""Types of form fields whose value nobody writes."""
_TITLES = ("title", "alt", "aria-label")
_SHOWN = 200
"""Characters of the text behind a tag that is part of the record of its attributes."""
_NUMBER = re.compile(r"\[?\d++\]?")
_MARKUP = re.compile(r"<[^<>]*+>")

Attributes = dict[str, str]


class _Found:
    """What the attributes of a page hold."""

    __slots__ = ("code", "fields", "files", "form", "seen", "titles")

    def __init__(self) -> None:
        self.fields = RecordTables()
        """Records made of the `data-…` attributes of one element, and of the fields of a form."""
        self.code: list[str] = []
        """JSON, and programs."""
        self.files: list[Part] = []
        self.titles: list[str] = []
        self.form: list[Field] = []
        """Fields of a form since a name came first."""
        self.seen: set[str] = set()

    def add_input(self, name: str, value: str) -> None:
        """Add a field of a form; the next record begins where a name comes again."""
        if name in self.seen:
            self.end_form()
        self.seen.add(name)
        self.form.append((name, value))

    def add_file(self, declared: str, is_coded: bool, data: str) -> None:
        """Add a file in a link (RFC 2397)."""
        content = unquote_to_bytes(data)
        if is_coded:
            with suppress(ValueError):
                content = binascii.a2b_base64(content)
        if len(self.files) < _MOST_FILES:
            self.files.append(Part("", content, declared, declared.partition("/")[2], attached=True))

    def end_form(self) -> None:
        """End the record of form fields."""
        if len(self.form) > 1:
            self.fields.add("form field", self.form)
        self.form, self.seen = [], set()

    def pieces(self, budget: Budget) -> Iterator[Piece]:
        """Yield all tables and texts."""
        self.end_form()
        yield from self.fields.tables(budget)
        yield from within("attribute", read_scripts(self.code, budget))
        yield from self.files
        if self.titles:
            yield Text("\n".join(self.titles), "attribute")


def take_attributes(html: str, budget: Budget) -> tuple[str, Iterator[Piece]]:
    """Return `html` with the values of form fields as text, without attributes of data, and those."""
    if not any(map(html.__contains__, _SIGNS)):
        return html, iter(())
    found = _Found()
    shown = joined(_shown(html, found, budget))
    return shown, found.pieces(budget)


def _shown(html: str, found: _Found, budget: Budget) -> Iterator[str]:
    end, failed = 0, -1
    for place in occurrences(html, _SIGNS):
        if place < end or (html[place] in "dta" and not _is_data(html, place)):
            continue
        budget.beat()
        opening = html.rfind("<", max(end, place - _LONGEST_TAG), place + 1)
        name = _NAME.match(html, opening) if opening > failed else None
        if not name:
            continue
        attributes, after = _attributes(html, name.end())
        if after <= place:
            failed = opening
            continue
        yield html[end:opening]
        yield _tag(html, opening, after, name[1], attributes, found)
        end = after
    yield html[end:]


def _is_data(html: str, place: int) -> bool:
    """Return True if an attribute may hold data of a person."""
    found = _VALUE.match(html, place)
    value = (found[1] or found[2] or "") if found else ""
    return bool(_DATA.search(value) or _CODE.match(unescape(value)))


def _attributes(html: str, at: int) -> tuple[Attributes, int]:
    """Return the attributes of a tag from `at` on, and the index after the tag; 0 if it does not end."""
    attributes: Attributes = {}
    for _ in range(_MOST):
        one = _ATTRIBUTE.match(html, at)
        if not one:
            break
        name, *values = one.groups()
        attributes.setdefault(name.lower(), next(filter(None, values), ""))
        at = one.end()
    end = _END.match(html, at)
    return attributes, end.end() if end else 0


def _tag(html: str, start: int, end: int, name: str, attributes: Attributes, found: _Found) -> str:
    """Return what replaces a tag: without attributes that are data, with a value that is shown as text."""
    kind, value = name.lower(), attributes.get("value", "")
    if kind == "input":
        return _input(attributes, value, found)
    if kind == "option" and _DATA.search(value):
        return f"\n<option>{value}\t"
    values = {key: unescape(value) for key, value in attributes.items()}
    taken = {key for key, value in values.items() if _take(key, value, found)}
    fields = [
        (key.removeprefix("data-"), value)
        for key, value in values.items()
        if key not in taken and (key.startswith("data-") or (key in _TITLES and _DATA.search(value)))
    ]
    if any(_DATA.search(value) and not _LINK.match(value) for _, value in fields):
        found.fields.add("attribute", [*fields, ("", _text_behind(html, end, kind))])
        taken.update(key for key in attributes if key.startswith("data-") or key in _TITLES)
    elif not taken:
        return html[start:end]
    others = (f' {key}="{value}"' for key, value in attributes.items() if key not in taken)
    return f"<{name}{''.join(others)}>"


def _take(key: str, value: str, found: _Found) -> bool:
    """Take the value of an attribute if it is more than one field: a program, a file, a text."""
    if key in _TITLES:
        is_text = bool(_DATA.search(value)) and not _is_value(value)
        found.titles += [value] if is_text else []
        return is_text
    if _DATA.search(value) and (_CODE.match(value) or key.startswith(_CODE_NAMES)):
        found.code.append(f">{value}")
        return True
    if file := _FILE.match(value):
        found.add_file(file[1], file[2].endswith(";base64"), file[3])
    return bool(file)


def _is_value(title: str) -> bool:
    """True for an address or a number; False for a text with one."""
    return not (" " in title.strip() and any(map(str.isalpha, title)))


def _input(attributes: Attributes, value: str, found: _Found) -> str:
    """Return the text that replaces a form field."""
    kind = attributes.get("type", "").lower()
    if not value or kind in _NO_TEXT:
        return " "
    if name := attributes.get("name") or attributes.get("id"):
        found.add_input(_NUMBER.sub("", name), unescape(value))
    if kind == "hidden":
        return " "
    return f"\t{value}\t" if _is_value(value) or not _DATA.search(value) else f"\n{value}\n"


def _text_behind(html: str, start: int, kind: str) -> str:
    """Return the text at the beginning of an element."""
    inner = html[start : start + _SHOWN].partition(f"</{kind}")[0]
    return unescape(_MARKUP.sub(" ", inner).partition("<")[0]).strip()
