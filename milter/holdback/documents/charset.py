"""Detect the charset of a text and decode it. The bytes take precedence over the declaration."""

import codecs
import contextlib
import re

from holdback.mail.charset import codec

_SAMPLE = 64 * 1024
_STEP = 1024 * 1024
"""Bytes of a large text decoded at a time."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_WIDE_MARKS = tuple(mark for mark, name in _MARKS if name != "utf-8")

_SEVEN_BIT = ("iso-2022-", "hz", "utf-7", "utf7")
"""Charsets that look like ASCII; only the declaration or an escape sequence reveals them."""

_CONTROLS = bytes({*range(32)} - {*b"\t\n\f\r\x1b"})
_HIGH = bytes(range(128, 256))
_HIGH_RUN = re.compile(rb"[\x80-\xff]{3,}")
_JAPANESE = re.compile(r"[\u3001-\u30ff\u4e00-\u9fff\uff01-\uff5e]")
_COMMON_LEAD = re.compile(rb"[\x81-\x98][\x40-\xfc]")

_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
_INVISIBLE = "\u00ad\u200b\u2060\ufeff"


def decode(content: bytes, declared: str = "") -> str:
    """Decode `content`, with LF line ends. Undecodable bytes become U+FFFD; never raises.

    declared: charset parameter of the part (RFC 2046, 4.1.2), lower case, or empty.
    """
    mark, name = charset_of(content, declared)
    if len(content) > _STEP:
        # Incrementally, some codecs raise for bytes that they replace when they decode all at once.
        with contextlib.suppress(UnicodeError):
            return _step_by_step(content, mark, name)
    return _readable(content[mark:].decode(name, "replace"), name)


def _step_by_step(content: bytes, start: int, name: str) -> str:
    """Decode a large text in steps, without a second copy and without four bytes a character."""
    decoder = codecs.getincrementaldecoder(name)("replace")
    text = held = ""
    for place in range(start, len(content), _STEP):
        last = place + _STEP >= len(content)
        piece = held + decoder.decode(content[place : place + _STEP], last)
        held = "\r" if piece.endswith("\r") and not last else ""
        text += _readable(_narrow(piece[: len(piece) - len(held)]), name)
    return text


def _readable(text: str, name: str) -> str:
    """Return `text` with LF line ends, and without characters that are not to be seen or cannot be stored."""
    if name == "utf_7":
        # It can encode lone surrogates.
        text = text.encode("utf-8", "replace").decode("utf-8")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if text.isascii() else visible(text)


def _narrow(text: str) -> str:
    """Replace characters beyond U+FFFF (emoji, rare ideographs) by a currency sign."""
    return text if text.isascii() else _ASTRAL.sub("\xa4", text)


def visible(text: str) -> str:
    """Remove soft hyphens and zero-width characters, which would invisibly split an address."""
    if not text.isascii():
        for sign in _INVISIBLE:
            text = text.replace(sign, "")
    return text


def is_wide(sample: bytes) -> bool:
    """Return True for the start of a text in UTF-16 or UTF-32, with or without a byte order mark."""
    return sample.startswith(_WIDE_MARKS) or bool(_wide(sample))


def _wide(sample: bytes) -> str:
    """Return `utf-16-le` or `utf-16-be` if NUL bytes are placed as in UTF-16 without a mark, else ""."""
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    most, least = max(even, odd), min(even, odd)
    if most * 20 < len(sample) or most < 20 * least:
        return ""
    if most * 8 < len(sample) * 3 and _is_utf_8(sample.replace(b"\0", b"")):
        return ""  # a text with NULs in it
    name = "utf-16-be" if even > odd else "utf-16-le"
    letters = sample.decode(name, "ignore").encode("ascii", "ignore")
    controls = len(letters) - len(letters.translate(None, _CONTROLS))
    return "" if controls * 25 > len(letters) else name  # binary numbers of two bytes


def charset_of(content: bytes, declared: str = "") -> tuple[int, str]:
    """Return the length of the byte order mark and Python's charset name; `declared` as in `decode`."""
    is_ascii = content.isascii()
    if not is_ascii and (marked := next((one for one in _MARKS if content.startswith(one[0])), None)):
        return len(marked[0]), marked[1]
    if declared.startswith(_SEVEN_BIT) and (name := codec(declared)):
        return 0, name
    sample = content[:_SAMPLE]
    if b"\0" in sample and (name := _wide(sample)):
        return 0, name
    if is_ascii:
        escaped = b"\x1b" in sample and (b"\x1b$" in sample or b"\x1b(" in sample)
        return 0, "iso2022_jp_2" if escaped else "utf-8"
    start = _not_utf_8(content)
    if start == len(content) or (start >= len(content) - 3 and start):
        return 0, "utf-8"
    start = max(0, start - 1024)
    return 0, _eight_bit(content[start : start + _SAMPLE], declared)


def _not_utf_8(content: bytes) -> int:
    """Return the offset of the first byte that is not UTF-8; the length of `content` if there is none."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    for start in range(0, len(content), _STEP):
        stop = min(start + _STEP, len(content))
        try:
            decoder.decode(content[start:stop], stop == len(content))
        except UnicodeDecodeError as error:
            return stop - len(error.object) + error.start
    return len(content)


def _eight_bit(sample: bytes, declared: str) -> str:
    """Return the most likely charset of bytes that are not valid UTF-8."""
    name = codec(declared)
    if _is_damaged_utf_8(sample) or name == "utf_8":
        return "utf-8"
    if _is_shift_jis(sample):
        return "cp932"
    if name and name not in ("ascii", "latin_1"):
        return name
    if not _is_foreign(sample):
        return "cp1252"
    # Slow to import and run, and rarely needed: for mail that is neither UTF-8, declared nor western.
    from charset_normalizer import from_bytes

    best = from_bytes(sample).best()
    return best.encoding if best else "cp1252"


def _is_utf_8(sample: bytes) -> bool:
    """Return True if the bytes are UTF-8, possibly truncated."""
    try:
        sample.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start >= len(sample) - 3
    return True


def _is_damaged_utf_8(sample: bytes) -> bool:
    """Return True if nearly all high bytes form UTF-8 sequences: a single bad byte is damage."""
    text = sample.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    return len(text) - _ascii(sample) > 5 * bad


def _is_shift_jis(sample: bytes) -> bool:
    """Return True if the bytes decode as Shift-JIS to mostly common Japanese characters.

    Accented Latin letters can also form valid pairs, but of rare characters.
    """
    try:
        text = sample.decode("cp932")
    except UnicodeDecodeError as error:
        if error.start < len(sample) - 1:
            return False
        text = sample[: error.start].decode("cp932")
    japanese = len(_JAPANESE.findall(text))
    foreign = len(text) - _ascii(sample)
    return japanese >= 2 and japanese * 10 >= foreign * 7 and len(_COMMON_LEAD.findall(sample)) * 2 > japanese


def _is_foreign(sample: bytes) -> bool:
    """Return True if whole words consist of high bytes (other scripts), not just accented Latin letters."""
    high = len(sample) - _ascii(sample)
    return sum(map(len, _HIGH_RUN.findall(sample))) * 5 > high


def _ascii(sample: bytes) -> int:
    """Return the number of ASCII bytes."""
    return len(sample.translate(None, _HIGH))
