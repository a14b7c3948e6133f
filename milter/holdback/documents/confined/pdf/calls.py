"""Calls of pdfium that return text or files: first for the size, then for the content, within the budget."""

import codecs
import ctypes
from collections.abc import Callable, Iterator

import pypdfium2.raw as pdfium

from holdback.documents.budget import Budget
from holdback.documents.charset import visible
from holdback.documents.document import Piece, Unread, Unreadable, member
from holdback.mail import Part

codecs.lookup("utf-16-le")  # Loads the codec now: the confined reader cannot open files later.

Handle = object
"""A pointer to a structure of pdfium; false if null."""


def wide_text(budget: Budget, call: Callable[..., int], *arguments: object) -> str:
    """The UTF-16 text that `call` returns; empty if there is none or the budget is used up."""
    size = call(*arguments, None, 0)
    if size <= 2 or budget.take(size) < size:
        return ""
    buffer = (ctypes.c_ushort * (size // 2 + 1))()
    call(*arguments, buffer, size)
    return visible(bytes(buffer).decode("utf-16-le", "replace").rstrip("\0").replace("\r", "\n"))


def narrow_text(budget: Budget, call: Callable[..., int], *arguments: object) -> str:
    """The UTF-8 text that `call` returns; empty if there is none or the budget is used up."""
    size = call(*arguments, None, 0)
    if size <= 1 or budget.take(size) < size:
        return ""
    buffer = ctypes.create_string_buffer(size)
    call(*arguments, buffer, size)
    return buffer.value.decode("utf-8", "replace")


def embedded_file(file: Handle, part: Part, budget: Budget) -> Iterator[Piece]:
    """A file in the PDF as a part. Raises Unread if it is larger than the budget."""
    name = wide_text(budget, pdfium.FPDFAttachment_GetName, file)
    if content := sized(budget, pdfium.FPDFAttachment_GetFile, file):
        yield member(part, name, content)


def sized(budget: Budget, call: Callable[..., int], *arguments: object) -> bytes:
    """The bytes that `call` returns, empty if there are none. Raises Unread if they exceed the budget."""
    size = ctypes.c_ulong()
    call(*arguments, None, 0, size)
    wanted = size.value
    if budget.take(wanted) < wanted:
        raise Unread(Unreadable.OVER_LIMIT)
    buffer = ctypes.create_string_buffer(wanted)
    call(*arguments, buffer, wanted, size)
    return buffer.raw[: min(wanted, size.value)]
