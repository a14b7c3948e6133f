"""What people write where they have nothing to write: `n/a`, `unknown`, `000000`."""

from unicodedata import normalize

from holdback.people.fields.wordlists import words_in

_WORDS = frozenset(words_in("placeholders.txt", "placeholder")["placeholder"])
_SIGNS = "-–—.?/*_#0 "


def unless_placeholder(written: str) -> str:
    """`written` in lower case without blanks around (NFKC); empty if it is a placeholder."""
    text = written.strip().lower()
    if not text.isascii():
        text = normalize("NFKC", normalize("NFKC", text).casefold()).strip()
    return "" if text in _WORDS or not text.strip(_SIGNS) else text


def is_placeholder(written: str) -> bool:
    """True if `written` stands for nothing."""
    return not unless_placeholder(written)
