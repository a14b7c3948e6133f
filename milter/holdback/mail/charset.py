"""Decode text in a declared charset, with fallbacks for unknown and wrong ones."""

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

# Python's look-up of an unknown name imports a module and caches the failure for ever. A mail with thousands
# of invented names must not cost disk access and memory, so only names listed here are looked up.
_KNOWN = {alias: codec for alias, codec in aliases.items() if codec not in _NOT_TEXT}
_KNOWN |= {codec: codec for codec in (*_KNOWN.values(), *_WITHOUT_ALIAS.split())}

_CONTROLS = dict.fromkeys((*range(32), *range(0x7F, 0xA0), 0x2028, 0x2029), " ")


def codec(charset: str) -> str:
    """Return Python's name for `charset`; empty if Python does not support it."""
    return _KNOWN.get(charset.strip().lower().replace("-", "_").replace(" ", "_"), "")


def to_text(data: bytes, charset: str = "") -> str:
    """Decode `data` as `charset` if valid, else as UTF-8 (RFC 6532), else as Latin-1."""
    if not charset and data.isascii():
        return data.decode("ascii")
    for name in (codec(charset), "utf_8"):
        try:
            if name:
                return _storable(data.decode(name))
        except UnicodeError:
            continue
    return data.decode("latin-1")


def _storable(text: str) -> str:
    """Return `text`; raise UnicodeError for a lone surrogate (possible in UTF-7), which cannot be stored."""
    if not text.isascii():
        text.encode("utf-8")
    return text


def one_line(text: str) -> str:
    """Return `text` for display, without control characters, line ends and surrounding blanks."""
    return (text if text.isprintable() else text.translate(_CONTROLS)).strip()
