"""Find running text that announces sensitive data, by labels (`Diagnosis: …`) or by the heading of a list.

Most such lists have neither an address nor a number, by which other lists are found.
"""

import re

from holdback.people.fields.folding import fold
from holdback.people.fields.heading_words import END, SENSITIVE_ENDS
from holdback.people.fields.headings import field_of
from holdback.people.fields.kinds import SENSITIVE

_LONGEST_LABEL = 40
_GAPS = 8
"""Fewer gaps than this are no list (`aligned_lists`)."""
_GAP = re.compile(r" {2,}|\t+")
_BEFORE_HEADING = 2
"""Lines of a paragraph above the heading of its list, at most."""
_LONGEST_LINE = 200
_CJK = "\u2fff"
"""Letters above this one are not separated by blanks."""


def has_sensitive_words(text: str) -> bool:
    """True if the text has a label or a heading of sensitive data."""
    return has_sensitive_label(text) or has_sensitive_heading(text)


def has_sensitive_label(text: str) -> bool:
    """True if a line of the text has a label of sensitive data. The ends of labels refuse most texts."""
    if "：" in text:
        text = text.replace("：", ":")
    ends = {piece[-END:] for piece in text.split(":")}
    if not any(map(_may_end_label, ends)):
        return False
    return any(map(is_sensitive_label, text.split("\n")))


def _may_end_label(end: str) -> bool:
    if end.isascii():
        return end.lower() in SENSITIVE_ENDS or end[-1:] == ")"
    return fold(end) in SENSITIVE_ENDS or max(end) > _CJK


def is_sensitive_label(line: str) -> bool:
    """True if the line begins with a label of sensitive data."""
    label, colon, _ = line[:_LONGEST_LABEL].replace("：", ":").partition(":")
    return bool(colon) and _announces(label)


def has_sensitive_heading(text: str) -> bool:
    """True if a paragraph of columns, aligned with blanks, has a heading of sensitive data."""
    if "   " not in text or text.count("  ") < _GAPS:
        return False
    if "\n>" in text:
        text = text.replace("\n> ", "\n").replace("\n>", "\n")
    return any(map(_has_heading, text.split("\n\n")))


def _has_heading(paragraph: str) -> bool:
    for line in paragraph.lstrip("\n").split("\n", _BEFORE_HEADING + 1)[: _BEFORE_HEADING + 1]:
        line = line.strip(" *|\t\r")
        if len(line) <= _LONGEST_LINE and "  " in line and any(map(_announces, _GAP.split(line))):
            return True
    return False


def _announces(label: str) -> bool:
    """True if the label or heading is one of sensitive data."""
    return field_of(label.strip(" >*•·-\t\r")) in SENSITIVE
