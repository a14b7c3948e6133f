"""Opens OLE compound files: Office 97 to 2003 documents, Outlook messages, by the names of their streams."""

from collections.abc import Iterator

from holdback.documents.budget import Budget
from holdback.documents.confined.ole.compound import Compound, Storage, walk
from holdback.documents.confined.ole.powerpoint97 import open_powerpoint
from holdback.documents.confined.ole.repack import repacked
from holdback.documents.confined.ole.scan import addresses, readable
from holdback.documents.confined.ole.summary import summary
from holdback.documents.confined.ole.word97 import open_word
from holdback.documents.confined.outlook.msg import open_message
from holdback.documents.confined.sheets.workbook import open_old_workbook
from holdback.documents.delimited import split_tables
from holdback.documents.document import Piece, Text, Unread, Unreadable, member
from holdback.mail import Part

_ENCRYPTED = {"EncryptedPackage", "EncryptedSummary", "EncryptionInfo", "\x09DRMContent"}
_MESSAGE = "__properties_version1.0"
_WORKBOOKS = {"Workbook", "Book"}
_NATIVE = "\x01Ole10Native"
_WHOLE = ("Package", "CONTENTS")
"""Streams that contain an embedded file unchanged."""
_PROPERTIES = ("\x05SummaryInformation", "\x05DocumentSummaryInformation")
_PROGRAMS = {"VBA"}
"""Storages of macros, which a presentation has in an OLE file of their own."""
_POOL = "ObjectPool"


def open_ole(part: Part, budget: Budget) -> Iterator[Piece]:
    """The text and tables of an Office document or a message, and the objects embedded in it."""
    try:
        file = Compound(part.content, budget)
    except Unread as unread:
        yield from _scanned(part.content, budget)
        yield unread.why
        return
    yield from _opened(part, file, budget)
    yield from file.flaws


def _opened(part: Part, file: Compound, budget: Budget) -> Iterator[Piece]:
    encrypted = bool(_ENCRYPTED & file.root.streams.keys())
    if encrypted:
        yield Unreadable.ENCRYPTED
    documents = list(_documents(part, file, budget))
    for pieces in documents:
        try:
            yield from pieces
        except Unread as unread:
            yield unread.why
    if not (documents or encrypted or _is_wrapping(file.root)):
        yield from _unknown(file, budget)
    yield from _embedded(part, file, budget)
    if _MESSAGE not in file.root.streams and (documents or not encrypted):
        yield from _properties_and_addresses(part, file, budget)


def _documents(part: Part, file: Compound, budget: Budget) -> Iterator[Iterator[Piece]]:
    """The pieces of each document in the file; a file may contain several kinds."""
    streams = file.root.streams
    if _MESSAGE in streams:
        yield open_message(part, file, budget)
    if "WordDocument" in streams:
        yield open_word(file, budget)
    if "PowerPoint Document" in streams:
        yield open_powerpoint(part, file, budget)
    if streams.keys() & _WORKBOOKS:
        yield open_old_workbook(part, budget)


def _is_wrapping(storage: Storage) -> bool:
    return _NATIVE in storage.streams or any(name in storage.streams for name in _WHOLE)


def _embedded(part: Part, file: Compound, budget: Budget) -> Iterator[Piece]:
    """The embedded files and documents as parts."""
    if _is_wrapping(file.root):
        yield from _wrapped(part, file, file.root, "object")
    for name, storage in _objects(file.root):
        if _is_wrapping(storage):
            yield from _wrapped(part, file, storage, name)
        else:
            yield member(part, name, repacked(file, storage, budget))


def _objects(root: Storage) -> Iterator[tuple[str, Storage]]:
    """Storages of embedded objects: Word's are in ObjectPool, Excel's have names like `MBD0013C4A2`."""
    pool = root.storages.get(_POOL, Storage())
    yield from pool.storages.items()
    yield from ((name, inner) for name, inner in root.storages.items() if name.startswith("MBD"))


def _wrapped(part: Part, file: Compound, storage: Storage, name: str) -> Iterator[Piece]:
    for stream in _WHOLE:
        if stream in storage.streams:
            yield member(part, name, file.read(storage.streams[stream]))
    if _NATIVE in storage.streams:
        yield _native(part, file.read(storage.streams[_NATIVE]), name)


def _native(part: Part, content: bytes, name: str) -> Part:
    """The file in an Ole10Native stream (MS-OLEDS): label, path, temporary path, then the bytes."""
    label, _, rest = content[6:].partition(b"\0")
    _, _, rest = rest.partition(b"\0")
    size = int.from_bytes(rest[4:8], "little")
    data = rest[8 + size :]
    length = int.from_bytes(data[:4], "little")
    if content[4:6] == b"\2\0" and 0 < length <= len(data) - 4:
        return member(part, label.decode("cp1252", "replace") or name, data[4 : 4 + length])
    return member(part, name, content[4:])


def _unknown(file: Compound, budget: Budget) -> Iterator[Piece]:
    """The readable text of all streams of an unknown format, and UNSUPPORTED."""
    for name, stream in walk(file.root):
        if not name.startswith(_PROPERTIES):
            yield from _scanned(file.read(stream), budget)
    if not file.root.storages.keys() & _PROGRAMS:
        yield Unreadable.UNSUPPORTED


def _properties_and_addresses(part: Part, file: Compound, budget: Budget) -> Iterator[Piece]:
    """The document properties, and addresses anywhere in the file: links, old versions, unused sectors."""
    for name in _PROPERTIES:
        if name in file.root.streams:
            yield Text(summary(file.read(file.root.streams[name]), budget), "properties")
    found = dict.fromkeys(addresses(part.content, budget))
    if found:
        yield Text("\n\n".join(found), "elsewhere in the file")


def _scanned(content: bytes, budget: Budget) -> Iterator[Piece]:
    texts, tables = split_tables(readable(content, budget), budget)
    yield from texts
    yield from tables
