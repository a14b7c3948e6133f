"""Which character sets a mail may name, and how bytes become text whatever it names."""

from encodings.aliases import aliases

# Python's codecs that turn bytes into bytes, or exist on Windows only: not character sets.
_NOT_TEXT = {
    "base64_codec",
    "bz2_codec",
    "hex_codec",
    "mbcs",
    "quopri_codec",
    "rot_13",
    "uu_codec",
    "zlib_codec",
}

_WITHOUT_ALIAS = """
    cp1006 cp720 cp737 cp856 cp874 cp875 koi8_t koi8_u
    mac_arabic mac_croatian mac_farsi mac_romanian utf_8_sig
"""

# Looking up an unknown name imports a module by that name and remembers the failure for ever; a mail
# with thousands of invented names must cost neither disk nor memory. So only names known beforehand.
_KNOWN = {alias: codec for alias, codec in aliases.items() if codec not in _NOT_TEXT}
_KNOWN |= {codec: codec for codec in (*_KNOWN.values(), *_WITHOUT_ALIAS.split())}

_CONTROLS = dict.fromkeys((*range(32), *range(0x7F, 0xA0), 0x2028, 0x2029), " ")


def codec(charset: str) -> str:
    """Python's name for `charset`; empty if it is not a character set that Python knows."""
    return _KNOWN.get(charset.strip().lower().replace("-", "_").replace(" ", "_"), "")


def to_text(data: bytes, charset: str = "") -> str:
    """`data` as text: in `charset` if that fits, else UTF-8 (RFC 6532), else Latin-1, which always fits."""
    if data.isascii() and not charset:
        return data.decode("ascii")
    for name in (codec(charset), "utf_8"):
        try:
            if name:
                return _storable(data.decode(name))
        except UnicodeError:
            continue
    return data.decode("latin-1")


def _storable(text: str) -> str:
    """`text`; raises UnicodeError if it holds half a surrogate pair (UTF-7 can), which nothing can store."""
    if not text.isascii():
        text.encode("utf-8")
    return text


def one_line(text: str) -> str:
    """`text` for people: no control characters, no line ends, no blanks around."""
    return (text if text.isprintable() else text.translate(_CONTROLS)).strip()
