"""How pdfium is asked for texts and files: first for their size, then for them, within the budget."""

import codecs
import ctypes
from collections.abc import Callable, Iterator

import pypdfium2.raw as pdfium

from holdback.documents.budget import Budget
from holdback.documents.charset import visible
from holdback.documents.values import Piece, Unread, Unreadable, member
from holdback.mail import Part

codecs.lookup("utf-16-le")  # Loads it: once confined, no file can be opened.

Handle = object
"""A pointer that pdfium gave us, for one of its own structures; false if there is no such thing."""


def wide_text(budget: Budget, call: Callable[..., int], *arguments: object) -> str:
    """The UTF-16 text that `call` gives; empty if there is none, or no budget for it."""
    size = call(*arguments, None, 0)
    if size <= 2 or budget.take(size) < size:
        return ""
    buffer = (ctypes.c_ushort * (size // 2 + 1))()
    call(*arguments, buffer, size)
    return visible(bytes(buffer).decode("utf-16-le", "replace").rstrip("\0").replace("\r", "\n"))


def narrow_text(budget: Budget, call: Callable[..., int], *arguments: object) -> str:
    """The same for calls that give bytes: UTF-8, if the writer kept to the rules."""
    size = call(*arguments, None, 0)
    if size <= 1 or budget.take(size) < size:
        return ""
    buffer = ctypes.create_string_buffer(size)
    call(*arguments, buffer, size)
    return buffer.value.decode("utf-8", "replace")


def embedded_file(file: Handle, part: Part, budget: Budget) -> Iterator[Piece]:
    """A file within the PDF, as a member. Raises Unread if it is larger than the budget."""
    name = wide_text(budget, pdfium.FPDFAttachment_GetName, file)
    if content := sized(budget, pdfium.FPDFAttachment_GetFile, file):
        yield member(part, name, content)


def sized(budget: Budget, call: Callable[..., int], *arguments: object) -> bytes:
    """The bytes that `call` gives, empty if there are none. Raises Unread if they are beyond the budget."""
    size = ctypes.c_ulong()
    call(*arguments, None, 0, size)
    wanted = size.value
    if budget.take(wanted) < wanted:
        raise Unread(Unreadable.OVER_LIMIT)
    buffer = ctypes.create_string_buffer(wanted)
    call(*arguments, buffer, wanted, size)
    return buffer.raw[: min(wanted, size.value)]
