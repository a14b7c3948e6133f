"""Read word lists: data files in this folder, with one word, its meaning and its languages per line."""

import re
from collections.abc import Collection, Iterable, Mapping
from importlib.resources import files

_LANGUAGES = re.compile(r"[a-z]{2}(?:,[a-z]{2})*|mul")


def words_in(file: str, *meanings: str) -> dict[str, tuple[str, ...]]:
    """Return the words of a data file by meaning, in the file's order; ValueError names a wrong line."""
    return parse_words(files(__package__).joinpath(file).read_text("utf-8"), file, meanings)


def parse_words(text: str, file: str, meanings: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Return the words of `text` by meaning. A line is `word<TAB>meaning<TAB>languages` or a `#` comment.

    Raises ValueError if a line has another form, repeats a word of the same meaning, or has a meaning that is
    not in `meanings`; or if one of these has no word.
    """
    found: dict[str, dict[str, None]] = {meaning: {} for meaning in meanings}
    for number, line in enumerate(text.split("\n"), 1):
        if line and not line.startswith("#"):
            columns = line.split("\t")
            fault = _fault(columns, found)
            if fault:
                raise ValueError(f"{file}, line {number}: {fault}")
            found[columns[1]][columns[0]] = None
    for meaning, words in found.items():
        if not words:
            raise ValueError(f"{file}: no word has the meaning {meaning!r}")
    return {meaning: tuple(words) for meaning, words in found.items()}


def _fault(columns: list[str], found: Mapping[str, Collection[str]]) -> str:
    """Return what is wrong with a line; "" if it is well-formed."""
    if len(columns) != 3:
        return "expected word, meaning and languages, with one tab between them"
    word, meaning, languages = columns
    if not word or word != word.strip():
        return f"the word {word!r} is empty or has blanks around it"
    if "*" in word[1:-1]:
        return f"{word!r} has a `*` that is not at an end"
    if meaning not in found:
        return f"unknown meaning {meaning!r}, expected one of: {', '.join(found)}"
    if not _LANGUAGES.fullmatch(languages):
        return f"the languages {languages!r} are neither ISO 639-1 codes such as `de,nl` nor `mul`"
    return f"{word!r} is already listed as {meaning!r}" if word in found[meaning] else ""


def alternatives(words: Iterable[str]) -> str:
    """Return a regular expression that finds any of the words; `*` at an end matches any letters."""
    return "|".join(map(_expression, words)) or "(?!)"


def _expression(word: str) -> str:
    start, end = "" if word.startswith("*") else "^", "" if word.endswith("*") else "$"
    return f"{start}{re.escape(word.strip('*'))}{end}"


def wordlist(text: str) -> frozenset[str]:
    """Return the words of `text`, separated by blanks and line ends."""
    return frozenset(text.split())
