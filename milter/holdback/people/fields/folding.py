"""Fold letters, so that `Müller`, `MULLER` and `müller` compare equal."""

from unicodedata import combining, normalize

_LETTERS = str.maketrans(
    {
        "ß": "ss",
        "ø": "o",
        "ł": "l",
        "ı": "i",
        "đ": "d",
        "ð": "d",
        "æ": "ae",
        "œ": "oe",
        "º": "o",
        "°": "o",
        "№": "no",
    }
)
"""Letters and signs that Unicode does not decompose."""


def fold(text: str) -> str:
    """Return `text` in lower case and without accents (Unicode NFKD): `strasse` for `Straße`."""
    text = text.lower()
    if text.isascii():
        return text
    decomposed = normalize("NFKD", text.translate(_LETTERS))
    return "".join(c for c in decomposed if not combining(c))
