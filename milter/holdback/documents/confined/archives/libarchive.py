"""libarchive, as far as it is needed: archives and packed streams in memory, member by member.

Nothing here touches a disk, and its C functions never call back into Python. Filters that start programs
(lrzip, grzip) and formats that refer to other files (mtree) are never enabled.
"""

import contextlib
import ctypes
import locale
import stat
from collections.abc import Iterator
from ctypes import c_char_p, c_int, c_int64, c_size_t, c_uint, c_void_p
from dataclasses import dataclass
from typing import Any

from holdback.documents.confined.archives.unpack import CHUNK
from holdback.documents.values import Unread, Unreadable

_LIBRARY = ctypes.CDLL("libarchive.so.13")
_END, _RETRY, _WARN = 1, -10, -20
_MOST_RETRIES = 1000
_REASONS = (
    (b"ncrypt", Unreadable.ENCRYPTED),
    (b"Crypto", Unreadable.ENCRYPTED),
    (b"upported", Unreadable.UNSUPPORTED),
    (b"support unavailable", Unreadable.UNSUPPORTED),  # solid RAR before version 5
    (b"Unknown codec", Unreadable.UNSUPPORTED),
    (b"internal error", Unreadable.UNSUPPORTED),
    (b"allocate", Unreadable.OVER_LIMIT),
    (b"memory", Unreadable.OVER_LIMIT),
)
"""What messages of the library mean; any other says that the archive is damaged."""

# Names in UTF-16 (7z, rar, Joliet) are lost where the locale cannot hold them.
with contextlib.suppress(locale.Error):
    locale.setlocale(locale.LC_CTYPE, "C.UTF-8")


def _bound(name: str, result: Any, *arguments: Any) -> Any:
    function = _LIBRARY[f"archive_{name}"]
    function.restype, function.argtypes = result, arguments
    return function


_new = _bound("read_new", c_void_p)
_free = _bound("read_free", c_int, c_void_p)
_open = _bound("read_open_memory", c_int, c_void_p, c_char_p, c_size_t)
_next = _bound("read_next_header", c_int, c_void_p, c_void_p)
_block = _bound("read_data_block", c_int, c_void_p, c_void_p, c_void_p, c_void_p)
_error = _bound("error_string", c_char_p, c_void_p)
_filter = _bound("filter_code", c_int, c_void_p, c_int)
_has_sealed = _bound("read_has_encrypted_entries", c_int, c_void_p)
_name = _bound("entry_pathname", c_char_p, c_void_p)
_name_utf8 = _bound("entry_pathname_utf8", c_char_p, c_void_p)
_is_sealed = _bound("entry_is_encrypted", c_int, c_void_p)
_type = _bound("entry_filetype", c_uint, c_void_p)

_FORMATS = ("7zip", "rar", "rar5", "cab", "iso9660", "lha", "cpio", "ar", "xar")
_SUPPORT = {
    name: _bound(f"read_support_{name}", c_int, c_void_p)
    for name in (
        *(f"format_{name}" for name in (*_FORMATS, "raw")),
        *(f"filter_{name}" for name in ("compress", "lz4", "lzip", "zstd")),
    )
}
ARCHIVES = tuple(f"format_{name}" for name in _FORMATS)


@dataclass(frozen=True, slots=True)
class Found:
    """One member."""

    name: bytes
    """In UTF-8 if the library knows how; else as written."""
    encrypted: bool
    folder: bool
    """It has no content, and asking for it is an error in some formats."""


@contextlib.contextmanager
def reading(data: bytes, *support: str) -> Iterator[int]:
    """The library's handle for the archive `data`; `support` names its formats and filters, as in `_SUPPORT`.

    Raises Unread if it is none of these.
    """
    archive = _new()
    if not archive:
        raise MemoryError
    try:
        for name in support:
            _SUPPORT[name](archive)
        if _open(archive, data, len(data)) < _WARN:
            raise Unread(_reason(archive))
        yield archive
    finally:
        _free(archive)


def unfiltered(data: bytes, name: str) -> Iterator[bytes]:
    """The content of the packed stream `data`; `name` of its filter, as in `_SUPPORT`. Raises Unread."""
    with reading(data, "format_raw", name) as archive:
        if not _filter(archive, 0):
            raise Unread(Unreadable.BROKEN)
        for _ in members(archive):
            yield from content(archive)


def members(archive: int) -> Iterator[Found]:
    """The members in order. Read the content of each before you ask for the next. Raises Unread."""
    entry = c_void_p()
    retries = 0
    while (result := _next(archive, ctypes.byref(entry))) != _END:
        if result == _RETRY and retries < _MOST_RETRIES:
            retries += 1
            continue
        if result < _WARN or not entry.value:
            raise _unread(archive)
        name, sealed = _name_utf8(entry) or _name(entry) or b"", bool(_is_sealed(entry))
        yield Found(name, sealed, stat.S_ISDIR(_type(entry)))


def content(archive: int) -> Iterator[bytes]:
    """What the present member holds, without its holes. Raises Unread where it breaks off."""
    start, size, place = c_void_p(), c_size_t(), c_int64()
    while (result := _block(archive, ctypes.byref(start), ctypes.byref(size), ctypes.byref(place))) != _END:
        if result < _WARN:
            raise _unread(archive)
        begin = start.value or 0
        end = begin + size.value
        # A first one even if it is empty: whoever counts must see that time passes.
        for at in range(begin, max(end, begin + 1), CHUNK):
            yield ctypes.string_at(at, min(CHUNK, end - at))
        if result:
            raise _unread(archive)


def _unread(archive: int) -> Unread:
    """What stopped the reading. Asked about an archive that it could not open, libarchive crashes."""
    sealed = _has_sealed(archive) == 1
    return Unread(Unreadable.ENCRYPTED if sealed else _reason(archive))


def _reason(archive: int) -> Unreadable:
    message = _error(archive) or b""
    return next((why for words, why in _REASONS if words in message), Unreadable.BROKEN)
