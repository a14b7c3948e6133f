"""The directory of a zip file and its members, from hostile bytes (APPNOTE.TXT; what unpackers really do)."""

import io
import zipfile
import zlib
from dataclasses import dataclass

from holdback.documents.budget import Budget
from holdback.documents.values import Unread, Unreadable


@dataclass(frozen=True, slots=True)
class Entry:
    """One member, as the directory describes it."""

    name: str
    """As written, with `/` between folders."""
    size: int
    """Bytes it claims to unpack to."""
    encrypted: bool


class Zip:
    """A zip file in memory."""

    def __init__(self, data: bytes, budget: Budget) -> None:
        """Raises Unread if there is no member to be found."""
        try:
            self._file = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OSError):
            raise Unread(Unreadable.BROKEN) from None
        self.entries = tuple(
            Entry(info.filename, info.file_size, bool(info.flag_bits & 1)) for info in self._file.infolist()
        )
        """Members in order, folders left out."""

    def find(self, name: str) -> Entry | None:
        """The member of that name; case does not matter."""
        return next((entry for entry in self.entries if entry.name.lower() == name.lower()), None)

    def read(self, entry: Entry, budget: Budget) -> tuple[bytes, Unreadable | None]:
        """As much of the member as can be unpacked within `budget`, and why the rest is missing."""
        if entry.encrypted:
            return b"", Unreadable.ENCRYPTED
        try:
            with self._file.open(entry.name) as stream:
                granted = budget.take(entry.size)
                content = stream.read(granted)
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError):
            return b"", Unreadable.BROKEN
        return content, None if granted == entry.size else Unreadable.OVER_LIMIT
