"""Word lists: data files in this folder, one word a line, with its meaning and its languages."""

from collections.abc import Mapping
from importlib.resources import files


def words_in(file: str) -> Mapping[str, tuple[str, ...]]:
    """The words of a data file by meaning, in the file's order.

    A line is `word<TAB>meaning<TAB>languages`; a line that begins with `#` is a comment.
    """
    found: dict[str, list[str]] = {}
    for line in files(__package__).joinpath(file).read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            word, meaning, _ = line.split("\t")
            found.setdefault(meaning, []).append(word)
    return {meaning: tuple(words) for meaning, words in found.items()}


def wordlist(text: str) -> frozenset[str]:
    """The words of `text`, which blanks and line ends separate."""
    return frozenset(text.split())
