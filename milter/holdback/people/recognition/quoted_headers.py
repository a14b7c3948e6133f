"""Find the headers of quoted and forwarded mails in a text: people in them wrote or received the mail.

As Outlook, Gmail, Apple Mail, Thunderbird and others write them; labels are in `mail_header_labels.txt`.
"""

import re
from collections.abc import Iterator, Sequence

from holdback.people.fields.wordlists import words_in

_LISTED = words_in("mail_header_labels.txt", "people", "other")
_LABELS = frozenset(_LISTED["people"] + _LISTED["other"])
_LABEL = re.compile(r"[>|\s]{0,20}\*{0,2}([^\W\d_][\w-]{0,18})\*{0,2}\s{0,3}\*{0,2}[:：]\*{0,2}(?=\s|<|$)")
_ABOVE = 8
"""Lines of a header above the first one with an address, at most."""
_MARKS = re.compile(r"[>|\s]*")
_WROTE = re.compile(
    r"(?i)(?:wrote|writes|schrieb|schreibt|a écrit|écrit|escribió|ha scritto|scrive|escreveu|schreef"
    r"|napisał(?:\(a\)|a)?|skrev|yazdı|kirjoitti"
    r"|napsal(?:\(a\)|a)?|írta|のメール|写道|작성|пишет|написал(?:\(а\)|а)?|έγραψε|sumulat)\b.{0,20}[:：]\s*$"
)


def quoted_header_lines(lines: Sequence[str], with_address: Sequence[int]) -> set[int]:
    """The lines `with_address` (numbers, rising) that are part of a quoted header.

    One label proves nothing, or customers could hide behind `To:`; two different ones in a row do.
    """
    found: set[int] = set()
    until, is_header = -1, False
    for number in with_address:
        if number > until and any(map(_is_attribution, lines[number : number + 3])):
            until, is_header = number, True
        elif number > until:
            until, is_header = _run(lines, number)
        if is_header:
            found.add(number)
    return found


def _is_attribution(line: str) -> bool:
    """True for `On Sunday Ann Smith <…> wrote:`, or the second half of it."""
    return line[-4:].rstrip().endswith((":", "：")) and len(line) < 300 and bool(_WROTE.search(line))


def _run(lines: Sequence[str], number: int) -> tuple[int, bool]:
    """The last of the labelled lines around line `number`, and whether they are a mail's header."""
    first = last = number
    while first > 0 and number - first < _ABOVE and _label(lines[first - 1]):
        first -= 1
    labels: set[str] = set()
    for at in _header_lines(lines, first):
        labels.add(_label(lines[at]))
        last = at
    return max(last, number), len(labels - {""}) > 1 and last >= number


def _header_lines(lines: Sequence[str], first: int) -> Iterator[int]:
    """Labelled lines from `first` on, with the lines that continue a list of addresses."""
    goes_on = False
    for at in range(first, len(lines)):
        content = _content(lines[at])
        if not content:
            return
        if (
            not _label(lines[at])
            and not (goes_on and "@" in content)
            and not (at > first and lines[at][:1] in " \t")
        ):
            return
        goes_on = content[-1] in ",;"
        yield at


def _label(line: str) -> str:
    """The label that the line begins with, if it is one of a mail's header; else empty."""
    match = _LABEL.match(line)
    return match[1].lower() if match and match[1].lower() in _LABELS else ""


def _content(line: str) -> str:
    return _MARKS.sub("", line, count=1).rstrip()
