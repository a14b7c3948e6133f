"""Control words of RTF 1.9 that affect the text, and its code pages."""

import codecs
import re
from enum import IntEnum

TOKEN = re.compile(
    rb"((?:\\u-?[0-9]{1,5}[ ]?(?:\?|\\'[0-9a-fA-F]{2})){2,2000})"
    rb"|((?:\\'[0-9a-fA-F]{2}){1,2000})"
    rb"|\\(?:([a-zA-Z]{1,32})(-?[0-9]{1,10})?[ ]?|([^a-zA-Z]))|([{}])|([^\\{}\r\n]+)"
)
"""Groups: `\\u` characters, bytes in hex, control word and parameter, control symbol, brace, text."""
UNIT = re.compile(rb"\\u(-?[0-9]+)")


class Mode(IntEnum):
    """How the text in a group is read."""

    TEXT = 0
    SKIP = 1
    """No text; only addresses in it are kept."""
    ASIDE = 2
    """Text outside the body: a note, a comment, a header, a document property."""
    FIELD = 3
    """Instructions for a field: `HYPERLINK "mailto:…"`."""
    FONTS = 4
    OBJECT = 5
    """An embedded object in hexadecimal."""
    TAG = 6
    """A piece of the original HTML (MS-OXRTFEX)."""


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
"""Ignorable destinations (`\\*`) whose text is read."""

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
# Loads the codecs now: the confined reader cannot load them later.
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
"""Code pages by `\\fcharset`; for others, such as 0 and 1, the document's code page is used."""
