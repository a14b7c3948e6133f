"""Word and PowerPoint documents in Office Open XML (ECMA-376): docx, docm, pptx, pptm and their templates.

Every member is read, also hidden ones: XML for its text and for addresses in attributes; all other members
except pictures and fonts are opened as documents of their own.
"""

import re
from collections.abc import Iterator

from holdback.documents.budget import Budget
from holdback.documents.confined.archives.zip import Entry, Zip
from holdback.documents.confined.writing.embedded import (
    addresses_in_names,
    is_markup,
    open_embedded,
    unless_cut,
)
from holdback.documents.confined.writing.flow import LINES, MUTE, TAB, Vocabulary, open_flow
from holdback.documents.confined.writing.marked_text import (
    ASIDE,
    ASIDE_END,
    CELL,
    DELETED,
    DELETED_END,
    FRESH,
    INSERTED,
    INSERTED_END,
    ROW,
    TABLE,
    TABLE_END,
)
from holdback.documents.confined.writing.xml_records import open_records
from holdback.documents.confined.writing.xml_walk import prepared
from holdback.documents.document import Piece
from holdback.mail import Part

OFFICE = Vocabulary(
    opens={
        **dict.fromkeys(("p", "text", "v"), FRESH),
        **dict.fromkeys(("br", "cr"), "\n"),
        **dict.fromkeys(("ins", "moveTo"), INSERTED),
        **dict.fromkeys(("del", "moveFrom"), DELETED),
        **dict.fromkeys(("instrText", "delInstrText"), ASIDE),
        **dict.fromkeys(("posOffset", "align", "pctWidth", "pctHeight", "binData", "binaryData"), MUTE),
        "tbl": TABLE,
        "tr": ROW,
        "tc": CELL,
        "tab": TAB,
        "ptab": "\t",
        "noBreakHyphen": "-",
    },
    closes={
        **dict.fromkeys(("p", "text", "v"), "\n"),
        **dict.fromkeys(("ins", "moveTo"), INSERTED_END),
        **dict.fromkeys(("del", "moveFrom"), DELETED_END),
        **dict.fromkeys(("instrText", "delInstrText"), ASIDE_END),
        "tbl": TABLE_END,
    },
)
"""Elements of WordprocessingML and DrawingML; `v` is a chart value, `text` a comment on a slide."""

_NUMBERED = re.compile(r"\d*\.xml(?:\.rels)?$")
_PLACES = {
    "header": "header",
    "footer": "footer",
    "footnotes": "footnotes",
    "endnotes": "endnotes",
    "comments": "comments",
    "comment": "comments",
    "modernComment_": "comments",
    "notesSlide": "notes",
    "slideMaster": "master",
    "slideLayout": "layout",
    "chart": "chart",
    "data": "diagram",
    "core": "properties",
    "app": "properties",
    "custom": "properties",
}
_RELATIONSHIP = re.compile(rb"<(?:\w+:)?Relationship\s[^<>]*>")
_ID = re.compile(rb"""\sId\s*=\s*["']([^"'<>]*)""")
_TARGET = re.compile(rb"""\sTarget\s*=\s*["']([^"'<>]*)""")
_HIDDEN_SLIDE = re.compile(rb"""<(?:\w+:)?sld\s[^<>]*\bshow\s*=\s*["'](?:0|false)["']""")
_FAR = 4096
_SLIDE = re.compile(rb"""<(?:\w+:)?sldId\s[^<>]*\w+:id\s*=\s*["']([^"'<>]*)""")


def open_word(part: Part, zip: Zip, budget: Budget) -> Iterator[Piece]:
    """The text and tables of the body, then of headers, footers, notes, comments and all other members."""
    entries = sorted(zip.entries, key=lambda entry: not entry.name.lower().startswith("word/document"))
    yield from _members(part, zip, entries, budget, {})


def open_presentation(part: Part, zip: Zip, budget: Budget) -> Iterator[Piece]:
    """The text and tables of the slides in order, then of notes, comments and all other members."""
    order = {name: number for number, name in enumerate(_slides(zip, budget), start=1)}
    last = len(order) + 1
    entries = sorted(zip.entries, key=lambda entry: order.get(entry.name.lower(), last))
    places = {name: f"slide {number}" for name, number in order.items()}
    yield from _members(part, zip, entries, budget, places)


def _slides(zip: Zip, budget: Budget) -> list[str]:
    """Names of the slide members in lower case, in presentation order, hidden slides included."""
    shown = _content(zip, "ppt/presentation.xml", budget)
    targets = {}
    for relation in _RELATIONSHIP.findall(_content(zip, "ppt/_rels/presentation.xml.rels", budget)):
        id, target = _ID.search(relation), _TARGET.search(relation)
        if id and target:
            name = target[1].decode("utf-8", "replace").lower()
            targets[id[1]] = name[1:] if name.startswith("/") else "ppt/" + name
    return list(dict.fromkeys(targets[id] for id in _SLIDE.findall(shown) if id in targets))


def _content(zip: Zip, name: str, budget: Budget) -> bytes:
    entry = zip.find(name)
    return zip.read(entry, budget)[0] if entry else b""


def _members(
    part: Part, zip: Zip, entries: list[Entry], budget: Budget, places: dict[str, str]
) -> Iterator[Piece]:
    for entry in entries:
        budget.beat()
        content, why = zip.read(entry, budget)
        if is_markup(entry.name, content):
            pieces = _markup(part, entry.name, content, budget, places)
        else:
            pieces = open_embedded(part, entry.name, content)
        yield from unless_cut(pieces, why)
    yield from addresses_in_names(zip)


def _markup(part: Part, name: str, content: bytes, budget: Budget, places: dict[str, str]) -> Iterator[Piece]:
    folder, _, file = name.rpartition("/")
    where = places.get(name.lower()) or _place(folder, file)
    if where.startswith("slide ") and _HIDDEN_SLIDE.search(content, 0, _FAR):
        where = f"hidden {where}"
    if folder == "customXml" and file.startswith("item") and not file.startswith("itemProps"):
        yield from open_records(part, prepared(content, budget), budget, "custom XML")
    else:
        known = folder.startswith(("word", "ppt")) and not file.endswith(".rels")
        yield from open_flow(prepared(content, budget), OFFICE if known else LINES, budget, where)


def _place(folder: str, file: str) -> str:
    if file.endswith(".rels"):
        return "links"
    if folder.endswith("glossary"):
        return "building blocks"
    return _PLACES.get(_NUMBERED.sub("", file), "")
