"""Collect the strings of JSON that are documents in themselves: texts of several lines, HTML, base64."""

import binascii
import re
from collections.abc import Iterator, Sequence

from holdback.documents.document import Unreadable
from holdback.documents.kind import Kind, kind_of
from holdback.mail import Part

_LEAST = 64
"""Characters of a file in base64, at least."""
_LEAST_LINES = 3
_LEAST_TAGS = 4
_LEAST_LIST = 5
"""Strings of a list that are read as lines, at least."""
_DATA = re.compile(r"@|\d(?:[ ()/.+-]?\d){5}")
"""An address or a long number."""
_MOST = 64
"""Different places of texts; texts of further ones are one document."""
_MOST_FILES = 256
_LONGEST_NAME = 60
_LEAST_FILE = 256
"""Bytes of a file that is no text, at least: the bytes of a shorter one may be a number by chance."""
_CODED = re.compile(
    r"(?:data:[\w.+-]{1,60}/[\w.+-]{1,100}(?:;[\w=.-]{1,60}){0,4};base64,)?"
    r"([\w+/-]{48,}+(?:\r?\n[\w+/-]++)*+={0,2})\s*"
)
_ASCII = bytes((9, 10, 13, *range(32, 127)))
_MOST_OTHERS = 4
_STANDARD = str.maketrans("-_", "+/", "\r\n")
_TAG = re.compile(r"</?(?:t[rdh]|table|div|p|br|li|span)[\s>/]", re.I)
_DROPPED = (Kind.UNKNOWN, Kind.MEDIA, Kind.SIGNATURE)


class InnerTexts:
    """The documents found so far."""

    __slots__ = ("_files", "_texts", "is_over_limit")

    def __init__(self) -> None:
        self._texts: dict[tuple[str, str], list[str]] = {}
        self._files: list[Part] = []
        self.is_over_limit = False

    def add(self, path: str, text: str) -> None:
        """Add a string if it is a document in itself."""
        is_text = "\n" in text and (text.count("\n") >= _LEAST_LINES or _DATA.search(text))
        if is_text or (text.count("<") >= _LEAST_TAGS and _TAG.search(text)):
            self._add_text(path, text)
        elif len(text) >= _LEAST and (coded := _CODED.fullmatch(text)):
            self._add_file(path, coded[1].translate(_STANDARD))

    def add_list(self, path: str, values: Sequence[object]) -> None:
        """Add the strings of a list: together if they are the lines of a text, as in notebooks."""
        lines = [value for value in values if isinstance(value, str)]
        if len(lines) == len(values) and sum(line.endswith("\n") for line in lines) * 2 > len(lines):
            self.add(path, "".join(lines))
        elif len(lines) >= _LEAST_LIST and all(map(_is_line, lines[:_LEAST_LIST])):
            self._add_text(path, "\n".join(lines))
        else:
            for text in lines:
                self.add(path, text)

    def _add_text(self, path: str, text: str) -> None:
        declared = "text/html" if _TAG.search(text) else "text/plain"
        key = (path, declared)
        if key not in self._texts and len(self._texts) >= _MOST:
            key = ("", declared)
        self._texts.setdefault(key, []).append(text)

    def _add_file(self, path: str, coded: str) -> None:
        try:
            content = binascii.a2b_base64(coded + "=" * (-len(coded) % 4))
        except ValueError:
            return
        part = Part("", content, "application/octet-stream", path[-_LONGEST_NAME:], attached=True)
        kind = kind_of(part)
        is_chance = not _is_written(content) if kind is Kind.TEXT else len(content) < _LEAST_FILE
        if kind in _DROPPED or is_chance:
            return
        if len(self._files) < _MOST_FILES:
            self._files.append(part)
        else:
            self.is_over_limit = True

    def pieces(self) -> Iterator[Part | Unreadable]:
        """Yield the documents, as parts without a path."""
        for (path, declared), texts in self._texts.items():
            content = "\n\n".join(texts).encode("utf-8", "replace")
            yield Part("", content, declared, path[-_LONGEST_NAME:], "utf-8", attached=True)
        yield from self._files
        if self.is_over_limit:
            yield Unreadable.OVER_LIMIT


def _is_written(content: bytes) -> bool:
    """Return True for a text in UTF-8, or mostly in ASCII; False for the bytes of a number."""
    try:
        content.decode()
    except UnicodeDecodeError:
        return len(content.translate(None, _ASCII)) * _MOST_OTHERS <= len(content)
    return True


def _is_line(text: str) -> bool:
    """Return True if an item of a list may be a line with the data of a person."""
    return " " in text and bool(_DATA.search(text))
