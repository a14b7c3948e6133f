"""The control words of RTF 1.9 that matter for what a text says, and the code pages it may be written in."""

import codecs
import re
from enum import IntEnum

TOKEN = re.compile(
    rb"((?:\\u-?[0-9]{1,5}[ ]?(?:\?|\\'[0-9a-fA-F]{2})){2,2000})"
    rb"|((?:\\'[0-9a-fA-F]{2}){1,2000})"
    rb"|\\(?:([a-zA-Z]{1,32})(-?[0-9]{1,10})?[ ]?|([^a-zA-Z]))|([{}])|([^\\{}\r\n]+)"
)
"""Several characters by their numbers, bytes in hex, control word and its number, symbol, brace, text."""
UNIT = re.compile(rb"\\u(-?[0-9]+)")


class Mode(IntEnum):
    """What becomes of the text in a group."""

    TEXT = 0
    SKIP = 1
    """Not text at all. Should an address stand there, it counts."""
    ASIDE = 2
    """Text beside the text: a note, a comment, a header, a property of the document."""
    FIELD = 3
    """Instructions for a field: `HYPERLINK "mailto:…"`."""
    FONTS = 4
    OBJECT = 5
    """An embedded file in hex."""
    TAG = 6
    """A piece of the HTML that the whole was made from (MS-OXRTFEX)."""


_SKIPPED = """
    colortbl stylesheet pict themedata colorschememapping datastore latentstyles listtable listoverridetable
    rsidtbl generator xmlnstbl mmathPr fontemb filetbl pgptbl blipuid listpicture panose falt mhtmltag
    background pgdsctbl cchs listtext pntext
"""
_ASIDE = """
    info title author operator company manager subject keywords comment doccomm category hlinkbase userprops
    propname staticval docvar footnote annotation atnauthor atnid atndate atntime header headerl headerr
    headerf footer footerl footerr footerf revtbl bkmkstart bkmkend ftnsep aftnsep sp sn sv xe tc
"""
DESTINATIONS: dict[bytes, Mode] = {
    **{word.encode(): Mode.SKIP for word in _SKIPPED.split()},
    **{word.encode(): Mode.ASIDE for word in _ASIDE.split()},
    **dict.fromkeys((b"fldinst", b"datafield", b"formfield", b"fldtype"), Mode.FIELD),
    b"fonttbl": Mode.FONTS,
    b"objdata": Mode.OBJECT,
    b"htmltag": Mode.TAG,
}
TEXT_AFTER_STAR = frozenset(
    (b"shpinst", b"do", b"nesttableprops", b"shptxt", b"txfieldtext", b"fldrslt", b"ud")
)
"""Destinations that a reader may skip (`\\*`) and that hold text, or groups with text, all the same."""

LAYOUT: dict[bytes, str] = {
    **dict.fromkeys((b"par", b"line", b"sect", b"page", b"column", b"softline", b"softpage"), "\n"),
    **dict.fromkeys((b"emspace", b"enspace", b"qmspace"), " "),
    **dict.fromkeys((b"lquote", b"rquote"), "'"),
    **dict.fromkeys((b"ldblquote", b"rdblquote"), '"'),
    b"tab": "\t",
    b"emdash": "\u2014",
    b"endash": "\u2013",
    b"bullet": "\u2022",
    # Control symbols: a hard blank, a hard hyphen, an escaped line end.
    b"~": " ",
    b"_": "-",
    b"\n": "\n",
    b"\r": "\n",
    b"\t": "\t",
    b"{": "{",
    b"}": "}",
    b"\\": "\\",
}

_NAMES = {
    0: "cp1252",
    437: "cp437",
    708: "iso8859_6",
    850: "cp850",
    852: "cp852",
    866: "cp866",
    874: "cp874",
    932: "cp932",
    936: "gbk",
    949: "cp949",
    950: "cp950",
    1361: "johab",
    10000: "mac_roman",
    10007: "mac_cyrillic",
    10029: "mac_latin2",
    65001: "utf_8",
    **{page: f"cp{page}" for page in range(1250, 1259)},
}
# Looked up now: the confined reader cannot load a codec later.
CODE_PAGES = {page: codecs.lookup(name) for page, name in _NAMES.items()}
FONT_CHARSETS = {
    77: 10000,
    128: 932,
    129: 949,
    130: 1361,
    134: 936,
    136: 950,
    161: 1253,
    162: 1254,
    163: 1258,
    177: 1255,
    178: 1256,
    186: 1257,
    204: 1251,
    222: 874,
    238: 1250,
    255: 437,
}
"""Code page for each `\\fcharset`. Others, 0 and 1 above all, mean the page of the document."""
