"""Opens all parts of a message and what they contain, one after the other, within one budget."""

from collections import deque
from dataclasses import replace

from holdback.documents.budget import Budget
from holdback.documents.kind import kind_of
from holdback.documents.openers import OPENERS
from holdback.documents.values import Document, Unreadable
from holdback.mail import Part


def open_parts(parts: tuple[Part, ...], budget: Budget) -> tuple[Document, ...]:
    """The documents in `parts` and in their members, in order of opening; empty parts leave none.

    What is beyond the budget is said (`over_limit`), what was read before it still counts.
    Raises OutOfTime if the heartbeat says so; nothing else, whatever the content.
    """
    documents: list[Document] = []
    waiting = deque(parts)
    while waiting:
        part = waiting.popleft()
        if not part.content:
            continue
        budget.beat()
        if not budget.admit():
            documents.append(_refused(part))
            break
        document = _open(part, budget)
        documents.append(document)
        waiting.extendleft(reversed(document.inner))
    return tuple(documents)


def _open(part: Part, budget: Budget) -> Document:
    size = len(part.content)
    granted = budget.take(size)
    if granted == 0 or part.path.count("!") > budget.depth:
        return _refused(part)
    if granted == size:
        return OPENERS[kind_of(part)](part, budget)
    cut = replace(part, content=part.content[:granted])
    document = OPENERS[kind_of(cut)](cut, budget)
    return replace(document, unreadable=(*document.unreadable, Unreadable.OVER_LIMIT))


def _refused(part: Part) -> Document:
    return Document(part.path, part.name, unreadable=(Unreadable.OVER_LIMIT,))
