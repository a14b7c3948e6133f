"""Archives that libarchive reads: 7z, rar, cabinet, ISO 9660, lha, cpio, ar, xar; and rarer packed files."""

from collections.abc import Iterator

from holdback.documents.budget import Budget
from holdback.documents.confined.archives.compressed import PACKED, open_packed
from holdback.documents.confined.archives.libarchive import ARCHIVES, content, members, reading
from holdback.documents.confined.archives.names import Names, decoded, listed
from holdback.documents.confined.archives.rar5 import MAGIC, encrypted_names
from holdback.documents.confined.archives.unpack import gathered
from holdback.documents.document import Piece, Unread, Unreadable, member
from holdback.mail import Part


def open_archive(part: Part, budget: Budget) -> Iterator[Piece]:
    """The members with content as parts, then the names of all members as text."""
    if part.content.startswith(PACKED):
        yield from open_packed(part, budget)
        return
    yield from listed(lambda names: _members(part, budget, names))


def _members(part: Part, budget: Budget, names: Names) -> Iterator[Piece]:
    """The members; adds every name to `names`.

    The content of every member is read, because libarchive skips without a limit.
    """
    files = 0
    encrypted = encrypted_names(part.content) if part.content.startswith(MAGIC) else frozenset()
    with reading(part.content, ARCHIVES) as archive:
        for found in members(archive):
            budget.beat()
            name = decoded(found.name)
            if budget.take(len(name)) < len(name) or files >= budget.entries_left:
                raise Unread(Unreadable.OVER_LIMIT)
            names[name] = None
            if found.folder:
                continue
            if found.encrypted or found.name in encrypted:
                yield Unreadable.ENCRYPTED
                continue
            unpacked, why = gathered(content(archive), budget, max(0, budget.room))
            if unpacked:
                files += 1
                yield member(part, name, unpacked)
            if why is Unreadable.OVER_LIMIT:
                raise Unread(why)
            if why:
                yield why
