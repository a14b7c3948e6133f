"""Bring together the lines of each person where blank lines separate them: HTML blocks, doubled lines.

A blank line behind every line is no end of a paragraph there; a larger gap is.
"""

from collections import Counter
from collections.abc import Iterator, Sequence, Set
from itertools import pairwise, repeat
from operator import eq

from holdback.people.fields.headings import field_of
from holdback.people.recognition.line import may_have_value

_LEAST = 8
"""Lines of a list, at least."""
_WIDTH = 100
"""Characters of its longest line, at most."""
_SPACED = 0.5
"""Share of its lines behind which there is a blank line, at least."""
_BLOCK = 14
"""Lines of a person, at most."""
_MOST_GAPS = 8
"""Different gaps that are tried."""
_IN_BLOCKS = 0.9
"""Share of the lines that must be in blocks of several lines, if gaps separate the people."""
_PERIODS = range(2, 9)
_PERIODIC = 0.85
"""Share of the lines that are like those one period later, if the people have equal numbers of lines."""
_LABELS = 1 / 4
"""Share of the lines that are labels, each above its value."""
_LONGEST_LABEL = 40
_MARKS = " \t>|\r\u00a0"
"""Marks around a line that is blank."""
_DIGITS = bytes(1 if 0x30 <= byte <= 0x39 else 0 for byte in range(256))
_LONG_NUMBER = 6
"""Digits of a phone, an account, a date."""

_PLAIN = frozenset(":：=\t|,@0123456789")
"""Characters that are in no label."""
_NAME, _VALUE, _NUMBER = "nvd"
"""What a line may be: a name, something with digits or an address, a long number."""


def close_up(text: str) -> str:
    """Return `text` with the lines of each person together, in lists with a blank line behind each line."""
    lines = text.split("\n")
    bare = list(map(str.strip, lines, repeat(_MARKS)))
    places = [number for number, line in enumerate(bare) if line]
    labels = _labels([bare[place] for place in places])
    if not labels and len(places) * 3 > 2 * len(lines):
        return text
    closed: list[str] = []
    end = 0
    for some in _lists(bare, places, labels):
        closed += lines[end : some[0]]
        inner = [bare[place] for place in some]
        starts = _by_gaps([after - before for before, after in pairwise(some)]) or _by_period(inner)
        blocks = [inner[start:after] for start, after in pairwise((*starts, len(inner)))]
        closed += ["", *_arranged(blocks, labels), ""]
        end = some[-1] + 1
    return "\n".join((*closed, *lines[end:])) if end else text


def _arranged(blocks: Sequence[Sequence[str]], labels: Set[str]) -> Iterator[str]:
    """Yield the lines of each person, and a blank line behind them; those of a form without it."""
    if labels:
        # Only one label and its value in each block: the blocks are fields, not people.
        is_torn = 2 * sum(len(block) == 2 and block[0] in labels for block in blocks) > len(blocks)
        for block in blocks:
            yield from _with_labels(block, labels)
            yield from () if is_torn else ("",)
        return
    valued = sum(any("@" in line or may_have_value(line) for line in block) for block in blocks)
    for block in blocks:
        # Only in columns a date beside a name shows that it is a date of birth.
        yield from _with_whole_name(block) if 2 * valued >= len(blocks) else ("  ".join(block),)
        yield ""


def _with_whole_name(block: Sequence[str]) -> Sequence[str]:
    """Return the lines of a person, with given and family name in one line if they begin the first two."""
    if len(block) > 2 and block[0].isalpha() and block[1].isalpha():
        return (f"{block[0]} {block[1]}", *block[2:])
    return block


def _lists(bare: Sequence[str], places: Sequence[int], labels: Set[str]) -> Iterator[Sequence[int]]:
    """Yield the numbers of the lines of each list; `places`: the numbers of all lines that are not blank."""
    start = 0
    for end, place in enumerate((*places, -1)):
        if place >= 0 and len(bare[place]) <= _WIDTH:
            continue
        some = places[start:end]
        spaced = sum(after - before > 1 for before, after in pairwise(some))
        are_spaced = spaced >= _SPACED * len(some)
        if len(some) >= _LEAST and (are_spaced or any(bare[place] in labels for place in some)):
            yield some
        start = end + 1


def _by_gaps(gaps: Sequence[int]) -> list[int]:
    """Return where the people begin if gaps between them are larger than within; else an empty list."""
    size = len(gaps) + 1
    for least in sorted(set(gaps))[1:_MOST_GAPS]:
        starts = [0, *(number for number, gap in enumerate(gaps, 1) if gap >= least)]
        sizes = [end - start for start, end in pairwise((*starts, size))]
        if sum(one for one in sizes if 1 < one <= _BLOCK) >= _IN_BLOCKS * size:
            return starts
    return []


def _by_period(lines: Sequence[str]) -> list[int]:
    """Return where the people begin if each has as many lines, or begins with a name after other values."""
    kinds = "".join(map(_kind, lines))
    begins = [number for number, kind in enumerate(kinds) if kind == _NAME and kinds[number - 1] != _NAME]
    for period in _PERIODS:
        alike = sum(map(eq, kinds, kinds[period:]))
        if alike >= _PERIODIC * (len(kinds) - period) and len(set(kinds[-period:])) > 1:
            phases = Counter(number % period for number in begins)
            phase = phases.most_common(1)[0][0] if phases else 0
            return [*([0] if phase else []), *range(phase, len(lines), period)]
    return [0, *(number for number in begins if number)]


def _kind(line: str) -> str:
    digits = sum(line.encode("utf-8", "replace").translate(_DIGITS))
    return _NUMBER if digits >= _LONG_NUMBER else _VALUE if digits or "@" in line else _NAME


def _labels(lines: Sequence[str]) -> frozenset[str]:
    """Return the lines that come again and again and are labels, if there are many."""
    often = {
        line: count for line, count in Counter(lines).items() if count > 1 and len(line) < _LONGEST_LABEL
    }
    bare = {line: line.rstrip(" :：") for line in often}
    known = {line for line, label in bare.items() if _PLAIN.isdisjoint(label) and field_of(label)}
    return frozenset(known if sum(often[line] for line in known) >= _LABELS * len(lines) else ())


def _with_labels(block: Sequence[str], labels: Set[str]) -> Iterator[str]:
    """Yield the lines, each label together with the value below it."""
    label = ""
    for line in block:
        if line in labels:
            if label:
                yield label
            label = line
        else:
            yield f"{label.rstrip(' :：')}: {line}" if label else line
            label = ""
    if label:
        yield label
