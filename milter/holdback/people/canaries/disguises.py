"""How addresses in some domains are written, so that people read them and programs do not.

`ann (at) corp.example`, `ann at corp dot example`, `ann[ät]corp[.]example`, or wrapped where a line ended.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from unicodedata import normalize

from holdback.mail.address import a_labels

_FEW = 16
"""AddressFinder that are looked for one by one; of more, the words behind at-signs are looked up."""

_AT_WORDS = (
    *("at", "ät", "æt", "arroba", "arobas", "arobase", "chiocciola", "apenstaartje", "małpa", "zavináč"),
    *("snabel-a", "snabela", "kukac", "собака", "a"),
)
"""The last one only in brackets."""
_AT_ENDS = frozenset(word[-1] for word in _AT_WORDS)
_BRACKETS = "([{<"
_AROUND_SIGN = f" \t\n{_BRACKETS}*|;,\"'"
_BETWEEN = " \t\n()[]{}<>|*_-.,:;'\"/\\~#="
"""What sets an at-sign off from the name and the domain."""
_BETWEEN_CELLS = '\t;,|"'
"""What stands between two cells of a table."""
_WORD = r"(?:[^\W_]|-){1,63}"
_WORD_IN_CELL = re.compile(rf"{_WORD}+(?=\.)")
"""The first word of a domain that has a cell of its own: there dots are dots."""
_APART = 8
"""Signs of them, at most."""
_AT_BEFORE = re.compile(
    rf"(?:@|(?<![^\W_])(?:{'|'.join(_AT_WORDS)})(?=[\W_]))[\W_]{{0,{_APART}}}({_WORD})"
    rf"|[{_BETWEEN_CELLS}]({_WORD_IN_CELL.pattern})"
)
_DOTS = (
    *(".", "dot", "punkt", "point", "punto", "ponto", "punt", "kropka", "tečka", "prick", "pont", "nokta"),
    "точка",
)
_AROUND_DOT = rf"(?:[^\w.]|_){{0,{_APART}}}+"
_DOT = rf"{_AROUND_DOT}(?:{'|'.join(map(re.escape, _DOTS))}){_AROUND_DOT}"
_GOES_ON = re.compile(r"[.-]?[a-z0-9]")
"""What stands behind a domain that is only the beginning of another."""
_SIGNS = dict.fromkeys(_DOTS, ".") | {"plus": "+", "underscore": "_"}
"""Words that stand for a sign within a name."""
_SIGN_WORDS = tuple(_SIGNS)
_SPELT = re.compile(
    rf"(?:[^\w.]|_){{1,{_APART}}}+({'|'.join(map(re.escape, _SIGNS))})(?:[^\w.]|_){{1,{_APART}}}+"
)

_NAME = "abcdefghijklmnopqrstuvwxyz0123456789.+-_'"
_NOISE = "'.-_+"
_LONGEST_NAME = 64
_WRAP = r"(?:[ \t]{0,8}+\n[> \t]{0,8}+)?+"
_INDENT = " \t>"
_MORE = " \t\n>\\)]}|*/~-"
"""What stands before the rest of a name, where that is not all of it."""
_ESCAPES = (1, 3, 5)
"""Characters behind a backslash that belong to it: `\\n`, `\\x3c`, `\\u003c`."""


class AddressFinder:
    """Finds addresses in some domains; a thousand of them cost no more than twenty."""

    __slots__ = ("_by_label",)

    def __init__(self, domains: Iterable[str]) -> None:
        self._by_label: dict[str, list[tuple[str, str]]] = {}
        for domain in {domain.lower().strip(".") for domain in domains} - {""}:
            for spelling in _spellings(domain):
                known = self._by_label.setdefault(spelling.partition(".")[0], [])
                known.append((spelling, a_labels(domain)))

    def addresses_in(self, text: str) -> Iterator[str]:
        """Whatever may be an address in one of the domains: `name@domain`, the domain as A-labels.

        text: as `plain.deobfuscate` makes it.
        """
        for place, label in self._places(text):
            for spelling, domain in self._by_label[label]:
                if _stands_at(place, spelling, text) and (end := _name_end(text, place)):
                    for name in _names(text, end):
                        yield f"{name}@{domain}"

    def _places(self, text: str) -> Iterator[tuple[int, str]]:
        """Where one of the domains may begin, and its first label."""
        if len(self._by_label) > _FEW:
            for match in _AT_BEFORE.finditer(text):
                # `corp-online`, or the beginning of `corp-dot-example`.
                found = match[match.lastindex or 0]
                labels = {found, found.partition("-")[0]}
                place = match.end() - len(found)
                yield from ((place, label) for label in labels if label in self._by_label)
            return
        for label in self._by_label:
            place = text.find(label, 1)
            while place > 0:
                if not text[place - 1].isalnum():
                    yield place, label
                place = text.find(label, place + len(label))


def _spellings(domain: str) -> set[str]:
    """With the letters of its language, composed and decomposed (RFC 5891), and as A-labels."""
    try:
        letters = domain.encode().decode("idna")
    except UnicodeError:
        letters = domain
    return {
        domain,
        a_labels(domain),
        letters,
        normalize("NFC", letters),
        normalize("NFD", letters),
    }


def _stands_at(place: int, domain: str, text: str) -> bool:
    """True if the text has the domain there, and does not go on with it."""
    if text.startswith(domain, place):
        return not _GOES_ON.match(text, place + len(domain))
    return _pattern(domain).match(text, place) is not None


@lru_cache(maxsize=1024)
def _pattern(domain: str) -> re.Pattern[str]:
    """Matches the domain however its dots are written, unless it is only the beginning of another."""
    first, *others = domain.split(".")
    # Where a line ends, a label may be cut in two; not the first one, which was found whole.
    cut = (_WRAP.join(map(re.escape, label)) for label in others)
    return re.compile(_DOT.join((re.escape(first), *cut)) + rf"(?!{_GOES_ON.pattern})")


def _name_end(text: str, place: int) -> int:
    """Where the name ends if an at-sign, or what stands for one, is right before `place`; else 0."""
    if text[place - 1] == "@" and text[max(0, place - 2)] in _NAME:
        return place - 1
    end = _stripped(text, place, _BETWEEN)
    if end and text[end - 1] == "@":
        return _stripped(text, end - 1, _AROUND_SIGN)
    if end not in (0, place) and text[end - 1] in _AT_ENDS and text.endswith(_AT_WORDS, 0, end):
        at = end - next(len(word) for word in _AT_WORDS if text.endswith(word, 0, end))
        around = _BRACKETS if end - at == 1 else _BETWEEN
        if at and text[at - 1] in around:
            return _stripped(text, at, _BETWEEN)
    return _cell_end(text, place)


def _cell_end(text: str, place: int) -> int:
    """Where the cell before the one that begins at `place` ends: name and domain in columns of their own."""
    if text[place - 1] not in _BETWEEN_CELLS or not _WORD_IN_CELL.match(text, place):
        return 0
    end = _stripped(text, place, _BETWEEN_CELLS)
    return end if text[max(0, end - 1)] in _NAME else 0


def _stripped(text: str, end: int, signs: str) -> int:
    """Where the text before `end` ends without some of `signs`."""
    before = text[max(0, end - _APART) : end]
    return end - len(before) + len(before.rstrip(signs))


def _names(text: str, end: int) -> list[str]:
    """The name before the at-sign: as it stands, without marks or escapes before it, unwrapped."""
    before = text[max(0, end - 2 * _LONGEST_NAME) : end]
    rest = before.rstrip(_NAME)
    name = before[len(rest) :]
    names = [name]
    if name and (name[0] in _NOISE or name[-1] in _NOISE):
        names.append(name.strip(_NOISE))
    if rest[-1:] not in _MORE:
        return names
    above = rest.rstrip(_INDENT)
    if above.endswith("\\"):
        names += [name[skipped:] for skipped in _ESCAPES]
    elif above.endswith("\n"):
        names.append(_last_name(above.rstrip()) + name)
    if "." in rest[-2:] or rest.rstrip(_BETWEEN).endswith(_SIGN_WORDS):
        names.append(_last_name(_SPELT.sub(_sign, f"{above} {name}")))
    return names


def _sign(match: re.Match[str]) -> str:
    """The sign that a word in the place of `match` stands for."""
    return _SIGNS[match[1]]


def _last_name(text: str) -> str:
    return text[len(text.rstrip(_NAME)) :]
