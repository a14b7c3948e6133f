"""Find addresses in given domains, however they are obfuscated or wrapped.

`ann (at) corp.example`, `ann at corp dot example`, `ann[ät]corp[.]example`, or broken at the end of a line.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from unicodedata import normalize

from holdback.mail.address import a_labels

_FEW = 16
"""Domains up to which the text is searched for each; above, the words after at-signs are looked up."""

_AT_WORDS = (
    *("at", "ät", "æt", "arroba", "arobas", "arobase", "chiocciola", "apenstaartje", "małpa", "zavináč"),
    *("snabel-a", "snabela", "kukac", "собака", "a"),
)
"""Words for the at-sign; the last one counts only in brackets."""
_AT_ENDS = frozenset(word[-1] for word in _AT_WORDS)
_BRACKETS = "([{<"
_AROUND_SIGN = f" \t\n{_BRACKETS}*|;,\"'"
_BETWEEN = " \t\n()[]{}<>|*_-.,:;'\"/\\~#="
"""Characters between an at-sign and the name or the domain."""
_BETWEEN_CELLS = '\t;,|"'
"""Characters between two cells of a table."""
_WORD = r"(?:[^\W_]|-){1,63}"
_WORD_IN_CELL = re.compile(rf"{_WORD}+(?=\.)")
"""First label of a domain in its own cell, where dots are written as dots."""
_APART = 8
"""Longest run of such characters."""
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
"""Continuation of a domain that is only a prefix of the domain in the text."""
_SIGNS = dict.fromkeys(_DOTS, ".") | {"plus": "+", "underscore": "_"}
"""Words for a sign within a local part."""
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
"""Characters before the visible part of a local part that show that it may be incomplete."""
_ESCAPES = (1, 3, 5)
"""Lengths of escape sequences after the backslash: `\\n`, `\\x3c`, `\\u003c`."""


class AddressFinder:
    """Finds addresses in a set of domains; the cost hardly depends on their number."""

    __slots__ = ("_by_label",)

    def __init__(self, domains: Iterable[str]) -> None:
        self._by_label: dict[str, list[tuple[str, str]]] = {}
        for domain in {domain.lower().strip(".") for domain in domains} - {""}:
            for spelling in _spellings(domain):
                known = self._by_label.setdefault(spelling.partition(".")[0], [])
                known.append((spelling, a_labels(domain)))

    def addresses_in(self, text: str) -> Iterator[str]:
        """Yield possible addresses in one of the domains as `name@domain`, the domain as A-labels.

        text: the output of `deobfuscate`.
        """
        for place, label in self._places(text):
            for spelling, domain in self._by_label[label]:
                if _has_domain_at(place, spelling, text) and (end := _name_end(text, place)):
                    for name in _names(text, end):
                        yield f"{name}@{domain}"

    def _places(self, text: str) -> Iterator[tuple[int, str]]:
        """Yield (position, first label) where one of the domains may begin."""
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
    """Return the domain in Unicode, composed and decomposed (RFC 5891), and as A-labels."""
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


def _has_domain_at(place: int, domain: str, text: str) -> bool:
    """Return True if the text has the complete domain at `place`."""
    if text.startswith(domain, place):
        return not _GOES_ON.match(text, place + len(domain))
    return _pattern(domain).match(text, place) is not None


@lru_cache(maxsize=1024)
def _pattern(domain: str) -> re.Pattern[str]:
    """Return a pattern for the domain with dots in any spelling, not followed by more of a domain."""
    first, *others = domain.split(".")
    # A label may be broken at the end of a line; not the first one, which was found complete.
    cut = (_WRAP.join(map(re.escape, label)) for label in others)
    return re.compile(_DOT.join((re.escape(first), *cut)) + rf"(?!{_GOES_ON.pattern})")


def _name_end(text: str, place: int) -> int:
    """Return the end of the local part if an at-sign in any spelling precedes `place`; else 0."""
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
    """Return the end of the cell before `place`, if local part and domain are in separate cells; else 0."""
    if text[place - 1] not in _BETWEEN_CELLS or not _WORD_IN_CELL.match(text, place):
        return 0
    end = _stripped(text, place, _BETWEEN_CELLS)
    return end if text[max(0, end - 1)] in _NAME else 0


def _stripped(text: str, end: int, signs: str) -> int:
    """Return the end of the text before `end` without trailing `signs`."""
    before = text[max(0, end - _APART) : end]
    return end - len(before) + len(before.rstrip(signs))


def _names(text: str, end: int) -> list[str]:
    """Return readings of the local part that ends at `end`: as written, stripped, unescaped, unwrapped."""
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
    """Return the sign for the word in `match`."""
    return _SIGNS[match[1]]


def _last_name(text: str) -> str:
    return text[len(text.rstrip(_NAME)) :]
