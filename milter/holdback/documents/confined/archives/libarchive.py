"""Archives and packed streams in memory, member by member, through libarchive.

The package libarchive-c binds the library. Its own readers enable formats that refer to other files (mtree)
and filters that start programs (lrzip, grzip), so the functions are called one by one; none calls back.
"""

import contextlib
import locale
import logging
import stat
from collections.abc import Iterator
from ctypes import byref, c_char_p, c_int, c_longlong, c_size_t, c_void_p, string_at
from dataclasses import dataclass

from libarchive import ffi
from libarchive.exception import ArchiveError

from holdback.documents.confined.archives.unpack import CHUNK
from holdback.documents.values import Unread, Unreadable

_MOST_RETRIES = 1000
_REASONS = (
    ("ncrypt", Unreadable.ENCRYPTED),
    ("Crypto", Unreadable.ENCRYPTED),
    ("upported", Unreadable.UNSUPPORTED),
    ("support unavailable", Unreadable.UNSUPPORTED),  # solid RAR before version 5
    ("Unknown codec", Unreadable.UNSUPPORTED),
    ("internal error", Unreadable.UNSUPPORTED),
    ("allocate", Unreadable.OVER_LIMIT),
    ("memory", Unreadable.OVER_LIMIT),
)
"""What messages of the library mean; any other says that the archive is damaged."""
ARCHIVES = ("7zip", "rar", "rar5", "cab", "iso9660", "lha", "cpio", "ar", "xar")

# Names in UTF-16 (7z, rar, Joliet) are lost where the locale cannot hold them.
with contextlib.suppress(locale.Error):
    locale.setlocale(locale.LC_CTYPE, "C.UTF-8")
# Its warnings have names of members in them.
logging.getLogger("libarchive").disabled = True

# What libarchive-c does not bind.
_name_utf8 = ffi.ffi("entry_pathname_utf8", [c_void_p], c_char_p)
_is_encrypted = ffi.ffi("entry_is_encrypted", [c_void_p], c_int)
_has_encrypted = ffi.ffi("read_has_encrypted_entries", [c_void_p], c_int)
# Its own read_free asks a freed archive for the error.
_free = ffi.libarchive["archive_read_free"]
_free.argtypes = [c_void_p]


@dataclass(frozen=True, slots=True)
class Found:
    """One member."""

    name: bytes
    """In UTF-8 if the library knows how; else as written."""
    encrypted: bool
    folder: bool
    """It has no content, and asking for it is an error in some formats."""


@contextlib.contextmanager
def reading(data: bytes, formats: tuple[str, ...], filters: tuple[str, ...] = ()) -> Iterator[int]:
    """The library's handle for the archive `data` in one of `formats`. Raises Unread if it has another."""
    try:
        archive = ffi.read_new()
    except ArchiveError:
        raise MemoryError from None
    try:
        for name in formats:
            ffi.get_read_format_function(name)(archive)
        for name in filters:
            ffi.get_read_filter_function(name)(archive)
        try:
            ffi.read_open_memory(archive, data, len(data))
        except ArchiveError as error:
            raise Unread(_reason(error.msg)) from None
        yield archive
    finally:
        _free(archive)


def unfiltered(data: bytes, name: str) -> Iterator[bytes]:
    """The content of the packed stream `data`, whose filter has this name. Raises Unread."""
    with reading(data, ("raw",), (name,)) as archive:
        if ffi.filter_count(archive) < 2:
            raise Unread(Unreadable.BROKEN)
        for _ in members(archive):
            yield from content(archive)


def members(archive: int) -> Iterator[Found]:
    """The members in order. Read the content of each before you ask for the next. Raises Unread."""
    entry = c_void_p()
    retries = 0
    while True:
        try:
            if ffi.read_next_header(archive, byref(entry)) == ffi.ARCHIVE_EOF:
                return
        except ArchiveError as error:
            retries += 1
            if error.retcode == ffi.ARCHIVE_RETRY and retries <= _MOST_RETRIES:
                continue
            raise _unread(archive, error.msg) from None
        name = _name_utf8(entry) or ffi.entry_pathname(entry) or b""
        yield Found(name, bool(_is_encrypted(entry)), stat.S_ISDIR(ffi.entry_filetype(entry)))


def content(archive: int) -> Iterator[bytes]:
    """What the present member holds, without its holes. Raises Unread where it breaks off."""
    start, size, place = c_void_p(), c_size_t(), c_longlong()
    while True:
        try:
            result = ffi.read_data_block(archive, byref(start), byref(size), byref(place))
        except ArchiveError as error:
            raise _unread(archive, error.msg) from None
        if result == ffi.ARCHIVE_EOF:
            return
        begin = start.value or 0
        end = begin + size.value
        # A first one even if it is empty: whoever counts must see that time passes.
        for at in range(begin, max(end, begin + 1), CHUNK):
            yield string_at(at, min(CHUNK, end - at))
        if result:
            raise _unread(archive, ffi.error_string(archive))


def _unread(archive: int, message: object) -> Unread:
    """Why the reading stopped. Asked about an archive that it could not open, libarchive crashes."""
    return Unread(Unreadable.ENCRYPTED if _has_encrypted(archive) == 1 else _reason(message))


def _reason(message: object) -> Unreadable:
    return next((why for words, why in _REASONS if words in str(message)), Unreadable.BROKEN)
