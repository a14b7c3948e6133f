"""Search and put together large texts in little memory."""

import heapq
import io
from collections.abc import Iterable, Iterator, Sequence


def occurrences(text: str, words: Sequence[str]) -> Iterator[int]:
    """Yield the places of all `words` in `text`, in order. To find fixed words is faster than a pattern."""
    return heapq.merge(*(_places(text, word) for word in words if word in text))


def _places(text: str, word: str) -> Iterator[int]:
    place = text.find(word)
    while place >= 0:
        yield place
        place = text.find(word, place + len(word))


def joined(pieces: Iterable[str]) -> str:
    """Return all pieces as one text; a list of them, as `join` makes it, takes ten times the memory."""
    text = io.StringIO()
    for piece in pieces:
        text.write(piece)
    return text.getvalue()
