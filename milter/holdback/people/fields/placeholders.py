"""What people write where they have nothing to write: `n/a`, `unknown`, `000000`."""

from unicodedata import normalize

from holdback.people.fields.wordlists import wordlist

_WORDS = wordlist(
    """
    n/a n.a. na none null nil nan nn n.n. no nothing unknown unbekannt k.a. k.a keine kein inconnu aucun
    desconocido ninguno nessuno brak onbekend undefined missing empty tbd tba tbc todo test x xx xxx xxxx
    """
)
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
