"""How addresses in some domains are written, so that people read them and programs do not.

`ann (at) corp.example`, `ann at corp dot example`, `ann[ät]corp[.]example`, or wrapped where a line ended.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from unicodedata import normalize

from holdback.mail.address import address

_FEW = 16
"""Domains that are looked for one by one; of more, the words behind at-signs are looked up."""

_AT_WORDS = ("at", "ät", "æt", "arroba", "arobas", "arobase", "chiocciola", "a")
"""The last one only in brackets."""
_BRACKETS = "([{<"
_AROUND_SIGN = f" \t\n{_BRACKETS}*|"
_BETWEEN = " \t\n()[]{}<>|*_-.,:;'\"/\\~#=\xa0"
"""What sets an at-sign off from the name and the domain."""
_APART = 8
"""Signs of them, at most."""
_AT_BEFORE = re.compile(
    rf"(?:@|(?<![^\W_])(?:{'|'.join(_AT_WORDS)})(?=[\W_]))[\W_]{{0,{_APART}}}((?:[^\W_]|-){{1,63}})"
)
_AROUND_DOT = rf"(?:[^\w.]|_){{0,{_APART}}}+"
_DOTS = ("dot", "punkt", "point", "punto", "ponto", "punt", ".")
_DOT = rf"{_AROUND_DOT}(?:{'|'.join(map(re.escape, _DOTS))}){_AROUND_DOT}"
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


class Domains:
    """Finds addresses in some domains; a thousand of them cost no more than twenty."""

    __slots__ = ("_by_label",)

    def __init__(self, domains: Iterable[str]) -> None:
        self._by_label: dict[str, list[tuple[str, str]]] = {}
        for domain in {domain.lower().strip(".") for domain in domains} - {""}:
            for spelling in _spellings(domain):
                known = self._by_label.setdefault(spelling.partition(".")[0], [])
                known.append((spelling, address(f"@{domain}").domain))

    def addresses_in(self, text: str) -> Iterator[str]:
        """Whatever may be an address in one of the domains: `name@domain`, the domain as A-labels.

        text: as `plain.undisguised` makes it.
        """
        for place, label in self._places(text):
            end = _name_end(text, place)
            if end > 0:
                for spelling, domain in self._by_label[label]:
                    if _pattern(spelling).match(text, place):
                        yield from (f"{name}@{domain}" for name in _names(text, end))

    def _places(self, text: str) -> Iterator[tuple[int, str]]:
        """Where one of the domains may begin, and its first label."""
        if len(self._by_label) > _FEW:
            for match in _AT_BEFORE.finditer(text):
                # `corp-online`, or the beginning of `corp-dot-example`.
                labels = {match[1], match[1].partition("-")[0]}
                yield from ((match.start(1), label) for label in labels if label in self._by_label)
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
        address(f"@{domain}").domain,
        letters,
        normalize("NFC", letters),
        normalize("NFD", letters),
    }


@lru_cache(maxsize=1024)
def _pattern(domain: str) -> re.Pattern[str]:
    """Matches the domain however its dots are written, unless it is only the beginning of another."""
    first, *others = domain.split(".")
    # Where a line ends, a label may be cut in two; not the first one, which was found whole.
    cut = (_WRAP.join(map(re.escape, label)) for label in others)
    return re.compile(_DOT.join((re.escape(first), *cut)) + r"(?![.-]?[a-z0-9])")


def _name_end(text: str, place: int) -> int:
    """Where the name ends if an at-sign, or what stands for one, is right before `place`; else 0."""
    if text[place - 1] == "@" and text[max(0, place - 2)] in _NAME:
        return place - 1
    at = text.rfind("@", max(0, place - _APART - 1), place)
    if at >= 0:
        return 0 if text[at + 1 : place].strip(_BETWEEN) else _stripped(text, at, _AROUND_SIGN)
    end = _stripped(text, place, _BETWEEN)
    if end == place or not text.endswith(_AT_WORDS, 0, end):
        return 0
    at = end - next(len(word) for word in _AT_WORDS if text.endswith(word, 0, end))
    around = _BRACKETS if end - at == 1 else _BETWEEN
    return _stripped(text, at, _BETWEEN) if at and text[at - 1] in around else 0


def _stripped(text: str, end: int, signs: str) -> int:
    """Where the text before `end` ends without some of `signs`."""
    before = text[max(0, end - _APART) : end]
    return end - len(before) + len(before.rstrip(signs))


def _names(text: str, end: int) -> Iterator[str]:
    """The name before the at-sign: as it stands, without marks or escapes before it, unwrapped."""
    before = text[max(0, end - 2 * _LONGEST_NAME) : end]
    name = _last_name(before)
    yield name
    bare = name.strip(_NOISE)
    if bare != name:
        yield bare
    before = before[: len(before) - len(name)]
    if before[-1:] not in _MORE:
        return
    before = before.rstrip(_INDENT)
    if before.endswith("\\"):
        yield from (name[skipped:] for skipped in _ESCAPES)
    elif before.endswith("\n"):
        yield _last_name(before.rstrip()) + name
    if "." in before[-2:] or before.rstrip(_BETWEEN).endswith(_SIGN_WORDS):
        yield _last_name(_SPELT.sub(_sign, f"{before} {name}"))


def _sign(match: re.Match[str]) -> str:
    """The sign that a word in the place of `match` stands for."""
    return _SIGNS[match[1]]


def _last_name(text: str) -> str:
    return text[len(text.rstrip(_NAME)) :]
