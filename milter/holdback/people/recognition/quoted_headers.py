"""Find the headers of quoted and forwarded mails in a text: people in them wrote or received the mail.

As Outlook, Gmail, Apple Mail, Thunderbird, Lotus Notes and others write them, and however a mail program
wraps them afterwards; labels are in `mail_header_labels.txt`.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple
from unicodedata import normalize

from holdback.people.fields.wordlists import words_in

_LISTED = words_in("mail_header_labels.txt", "people", "other", "wrote")
_PEOPLE = frozenset(_LISTED["people"])
_LABELS = _PEOPLE | frozenset(_LISTED["other"])
_ABOVE = 60
"""Lines above the first one with an address in which a header may begin, at most."""
_WRAPS = 6
"""Lines without an address that continue a field, at most."""
_NARROWEST = 36
"""A line with a label that is shorter than this, with the next word, was not wrapped."""
_LONGEST_LABEL = 40
"""Characters before the value, at most."""
_ATTRIBUTION = 400
"""Characters of an attribution, at most."""
_WRITERS = 2
"""Addresses in an attribution, at most: a writer's, and the same as a link."""
_LONGEST_NAME = 8
"""Words of a name before its address in the next line, at most."""
_DIRECTIONS = dict.fromkeys((*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF))
_MARKS = re.compile(r"[>|\s]*+")
_WORD = re.compile(r'[^\s:：,;<>*"]+')
_WROTE = frozenset(_LISTED["wrote"])
_UNSPACED = tuple(word for word in _LISTED["wrote"] if word[0] >= "\u0e00")
"""Those in scripts without blanks between words."""
_WROTE_JAPANESE = re.compile(r"\d{4}年[^<]*<[^>]*>\s*[:：]$")
_LONG_NUMBER = re.compile(r"\d(?:[ ()/.+-]{0,2}\d){5}")
_SEPARATOR = re.compile(r"[,;，；、]$")
_CLOSED = "<@>"
"""Stands for a value that does not go on."""
_GAP = re.compile(r"\t|  ")
_GAPS = re.compile(r"[\s,;<>]+")


class _Run(NamedTuple):
    """Neighbouring lines that have labels, or continue one that has."""

    end: int
    """Number of the last line."""
    labels: frozenset[str]
    has_gaps: bool = False
    """True if there are blank lines between its fields, or labels without a colon."""

    def is_header(self) -> bool:
        """True if its labels prove that it is a mail's header; with gaps they have to be three."""
        if self.has_gaps:
            return len(self.labels) > 2 and not self.labels <= _PEOPLE and not _PEOPLE.isdisjoint(self.labels)
        return len(self.labels) > 1


def quoted_header_lines(lines: Sequence[str], with_address: Sequence[int]) -> set[int]:
    """The lines `with_address` (numbers, rising) that are part of a quoted header.

    One label proves nothing, or customers could hide behind `To:`; two different ones in a row do.
    """
    found: set[int] = set()
    until, is_header = -1, False
    for number in with_address:
        if number > until and _is_attribution(lines, number):
            until, is_header = number, True
        elif number > until:
            run = _run_around(lines, number, until + 1)
            until, is_header = max(run.end, number), run.end >= number and run.is_header()
        if is_header:
            found.add(number)
    return found


def _is_attribution(lines: Sequence[str], number: int) -> bool:
    """True for `On Sunday Ann Smith <…> wrote:`, in up to three lines; line `number` has the address."""
    for end in range(number, min(number + 3, len(lines))):
        if lines[end][-6:].rstrip(" \t\r>*\u00a0\u202c\u200e\u200f\u2069").endswith((":", "：")):
            break
    else:
        return False
    text = _content(lines[end])
    for at in range(end - 1, max(end - 3, -1), -1):
        above = _content(lines[at])
        if not above or above[-1] in ":：" or len(above) + len(text) > _ATTRIBUTION:
            if at >= number:
                return False
            break
        text = f"{above} {text}"
    return len(text) <= _ATTRIBUTION and text.count("@") <= _WRITERS and _has_verb(text)


def _has_verb(text: str) -> bool:
    """True if there is a word such as `wrote` in the text, or it is an attribution of a Japanese program."""
    if not _WROTE.isdisjoint(_WORD.findall(text.lower())):
        return True
    if text.isascii():
        return False
    return any(word in text for word in _UNSPACED) or bool(_WROTE_JAPANESE.search(text))


def _run_around(lines: Sequence[str], number: int, floor: int) -> _Run:
    """The run of line `number`, begun at `floor` or below; one that ends above it if there is none."""
    run = _Run(-1, frozenset())
    for first in reversed(_labelled_above(lines, number, max(floor, number - _ABOVE))):
        if first > run.end:
            run = _run(lines, first)
            if run.end >= number:
                break
    return run


def _labelled_above(lines: Sequence[str], number: int, floor: int) -> list[int]:
    """Line `number` and those above it, down to `floor`, that have labels: the lowest comes first."""
    found: list[int] = []
    without = 0
    for at in range(number, floor - 1, -1):
        content = _content(lines[at])
        if _label(content) or _bare_label(content):
            found.append(at)
            without = 0
        elif without == _WRAPS or not (content or (found and found[-1] == at + 1)):
            break
        else:
            without = without + 1 if content else _WRAPS
    return found


def _run(lines: Sequence[str], first: int) -> _Run:
    """The run that begins with the label in line `first`."""
    labels: set[str] = set()
    at, last, has_gaps, is_spaced = first, first, False, False
    while at < len(lines):
        content = _content(lines[at])
        label = _label(content)
        value = _value(content) if label else _bare_value(content)
        if not label and (label := _bare_label(content)):
            has_gaps = True
        if label in _PEOPLE:
            if _has_long_number(value):
                break
            at = _end_of_people(lines, at, value)
        elif label:
            at = _end_of_other(lines, at)
        elif not content and at == last + 1 and (is_spaced or len(labels) == 1):
            is_spaced = has_gaps = True
            at += 1
            continue
        else:
            break
        labels.add(label)
        last = at - 1
    return _Run(last, frozenset(labels), has_gaps)


def _end_of_people(lines: Sequence[str], at: int, before: str) -> int:
    """The number after the last line of the list of addresses whose label is in line `at`, above `before`."""
    if before and not _SEPARATOR.search(before) and not _was_wrapped(lines, at):
        before = _CLOSED
    for end in range(at + 1, len(lines)):
        content = _content(lines[end])
        if not content or _begins_field(content):
            return end
        if not (_is_folded(lines, at, end) or _continues(before, content)):
            return end
        before = content
    return len(lines)


def _end_of_other(lines: Sequence[str], at: int) -> int:
    """The number after the last line of a subject or date; one that was wrapped ends at the next label."""
    last = at + 1
    while last < len(lines) and _is_folded(lines, at, last):
        last += 1
    for end in range(last, min(last + _WRAPS, len(lines))):
        content = _content(lines[end])
        if not content or _begins_field(content):
            return end
        if "@" in content:
            break
    return last


def _is_folded(lines: Sequence[str], at: int, number: int) -> bool:
    """True if line `number` begins with a blank and so continues the field in line `at` (RFC 5322, 2.2.3)."""
    if lines[number][:1] not in (" ", "\t") or lines[at][:1] in (" ", "\t"):
        return False
    content = _content(lines[number])
    return bool(content) and not _begins_field(content)


def _was_wrapped(lines: Sequence[str], at: int) -> bool:
    """False if the first word of the next line had room in line `at`: `To: all customers`."""
    word = _content(lines[at + 1]).partition(" ")[0] if at + 1 < len(lines) else ""
    return len(lines[at].rstrip()) + 1 + len(word) >= _NARROWEST


def _continues(before: str, content: str) -> bool:
    """True if `content` continues a list of addresses that `before`, its last line, leaves open.

    It is open after a separator, an open bracket, or a name without an address.
    """
    if content[0] in ",;" or content.startswith(("<mailto:", "[mailto:")):
        return True
    if _has_long_number(content):
        return False
    if not before or before[-1] in ",;，；、" or before.rfind("<") > before.rfind(">"):
        return True
    name = before[max(before.rfind(","), before.rfind(";")) + 1 :]
    if "@" in name:
        return content[0] == "<" and before[-1] != ">"
    if name[-1] == ":" or name.count(" ") > _LONGEST_NAME:
        return False
    # A name is followed by its address in brackets; in rows of a table, by a comma or a tab.
    head, at, _ = content.partition("@")
    return not at or "<" in head or "[" in head


def _has_long_number(content: str) -> bool:
    """True if there is a phone number or a date outside the addresses."""
    if not _LONG_NUMBER.search(content):
        return False
    return bool(_LONG_NUMBER.search(" ".join(part for part in _GAPS.split(content) if "@" not in part)))


def _value(content: str) -> str:
    """The text after the label."""
    return content.replace("：", ":").partition(":")[2].strip("*_ \u00a0")


def _bare_value(content: str) -> str:
    """The text after a label without a colon."""
    return content[len(_GAP.split(content, 1)[0]) :].strip()


def _begins_field(content: str) -> bool:
    return bool(_label(content) or _bare_label(content))


def _bare_label(content: str) -> str:
    """As `_label`, for the labels of Lotus Notes: no colon, alone in the line or with a gap behind it."""
    if len(content) > _LONGEST_LABEL and "  " not in content and "\t" not in content:
        return ""
    head = _GAP.split(content[: _LONGEST_LABEL + 2], 1)[0]
    return word if len(head) <= _LONGEST_LABEL and (word := head.lower()) in _LABELS else ""


def _label(content: str) -> str:
    """The label that the content of a line begins with, if it is one of a mail's header; else empty."""
    head, colon, rest = content[: _LONGEST_LABEL + 8].partition(":")
    if "：" in head:
        head, colon, rest = head.partition("：")
    if not colon or len(head) > _LONGEST_LABEL or (colon == ":" and rest[:1] not in " \t\u00a0<*_"):
        return ""
    word = " ".join(head.strip("*_ \t\u00a0").lower().split())
    return word if word in _LABELS or (word := normalize("NFC", word)) in _LABELS else ""


def _content(line: str) -> str:
    """The line without quote marks, and without marks of the direction of writing."""
    if not line.isascii():
        line = line.translate(_DIRECTIONS)
    return line[_MARKS.match(line).end() :].rstrip()  # type: ignore[union-attr]
