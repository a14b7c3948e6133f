"""Archives and packed streams in memory, member by member, through libarchive.

The package libarchive-c binds the library. Its readers enable formats that refer to other files (mtree) and
filters that start programs (lrzip, grzip), so this module calls the functions one by one, without callbacks.
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
from holdback.documents.document import Unread, Unreadable

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
"""Reasons by substrings of the library's messages; any other message means BROKEN."""
ARCHIVES = ("7zip", "rar", "rar5", "cab", "iso9660", "lha", "cpio", "ar", "xar")

# libarchive drops UTF-16 names (7z, rar, Joliet) that the locale cannot represent.
with contextlib.suppress(locale.Error):
    locale.setlocale(locale.LC_CTYPE, "C.UTF-8")
# Its warnings contain names of members, which must not be logged.
logging.getLogger("libarchive").disabled = True

# Functions that libarchive-c does not bind.
_name_utf8 = ffi.ffi("entry_pathname_utf8", [c_void_p], c_char_p)
_is_encrypted = ffi.ffi("entry_is_encrypted", [c_void_p], c_int)
_has_encrypted = ffi.ffi("read_has_encrypted_entries", [c_void_p], c_int)
# read_free of libarchive-c reads the error from the freed archive.
_free = ffi.libarchive["archive_read_free"]
_free.argtypes = [c_void_p]


@dataclass(frozen=True, slots=True)
class Found:
    """One member."""

    name: bytes
    """In UTF-8 if the library can convert it; else the bytes in the archive."""
    encrypted: bool
    folder: bool
    """True for a folder: it has no content, and reading it is an error in some formats."""


@contextlib.contextmanager
def reading(data: bytes, formats: tuple[str, ...], filters: tuple[str, ...] = ()) -> Iterator[int]:
    """The library's handle for the archive `data`. Raises Unread if it is in none of `formats`."""
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
    """The uncompressed content of `data`; `name` is the library's filter. Raises Unread."""
    with reading(data, ("raw",), (name,)) as archive:
        if ffi.filter_count(archive) < 2:
            raise Unread(Unreadable.BROKEN)
        for _ in members(archive):
            yield from content(archive)


def members(archive: int) -> Iterator[Found]:
    """The members in order; read the content of each before the next one. Raises Unread."""
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
    """The content of the current member, without holes of sparse files. Raises Unread at damage."""
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
        # Yields empty blocks, too, so that the caller reports a heartbeat.
        for at in range(begin, max(end, begin + 1), CHUNK):
            yield string_at(at, min(CHUNK, end - at))
        if result:
            raise _unread(archive, ffi.error_string(archive))


def _unread(archive: int, message: object) -> Unread:
    """The exception for an error; call it for opened archives only, as libarchive crashes for others."""
    return Unread(Unreadable.ENCRYPTED if _has_encrypted(archive) == 1 else _reason(message))


def _reason(message: object) -> Unreadable:
    return next((why for words, why in _REASONS if words in str(message)), Unreadable.BROKEN)
