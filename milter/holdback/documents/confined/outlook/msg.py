"""Outlook items as files (.msg, MS-OXMSG): messages, contacts, appointments, distribution lists."""

import re
import struct
from collections.abc import Iterator

from holdback.documents.budget import Budget
from holdback.documents.confined.ole.compound import Compound, Storage
from holdback.documents.confined.ole.repack import repacked
from holdback.documents.confined.outlook.mapi import (
    ATTACH_DATA,
    INTEGERS,
    NAMED,
    Properties,
    Raw,
    open_attachment,
    open_item,
    properties,
    rest,
)
from holdback.documents.document import Piece
from holdback.mail import Part

_FIXED = "__properties_version1.0"
_VALUE = "__substg1.0_"
_NAMES = "__nameid_version1.0"
_NAME_ENTRIES = _VALUE + "00030102"
_RECIPIENT, _ATTACHMENT = "__recip_version1.0_", "__attach_version1.0_"
_OBJECT = _VALUE + f"{ATTACH_DATA:04X}000D"
_TAG = re.compile("[0-9A-Fa-f]{8}")
_ENTRY, _NAME = struct.Struct("<HHI"), struct.Struct("<IHH")
_FIRST_NAMED = 0x8000


def open_message(part: Part, file: Compound, budget: Budget) -> Iterator[Piece]:
    """The text and tables of the item, then its attachments as parts; embedded messages as .msg files."""
    names = _names(file)
    storages = file.root.storages.items()
    recipients = [
        _properties(file, storage, names) for name, storage in storages if name.startswith(_RECIPIENT)
    ]
    yield from open_item(part, _properties(file, file.root, names), recipients, budget)
    yield from rest(recipients)
    for name, storage in storages:
        if name.startswith(_ATTACHMENT):
            budget.beat()
            yield from _attachment(part, file, storage, names, budget)


def _attachment(
    part: Part, file: Compound, storage: Storage, names: dict[int, int], budget: Budget
) -> Iterator[Piece]:
    item = _properties(file, storage, names)
    for value in item.get(ATTACH_DATA, ()):
        if isinstance(value, bytes):
            yield from open_attachment(part, item, value, budget)
    inner = storage.storages.get(_OBJECT)
    if inner is not None:
        # Only the outermost message has the named property mapping (MS-OXMSG 2.2.3).
        if _NAMES in file.root.storages:
            inner.storages.setdefault(_NAMES, file.root.storages[_NAMES])
        yield from open_attachment(part, item, repacked(file, inner, budget), budget)
    yield from rest((item,))


def _properties(file: Compound, storage: Storage, names: dict[int, int]) -> Properties:
    return properties((names.get(number, number), kind, value) for number, kind, value in _raw(file, storage))


def _raw(file: Compound, storage: Storage) -> Iterator[Raw]:
    """Values of fixed size from one stream (MS-OXMSG 2.4), the others from one stream each (2.1.3)."""
    if _FIXED in storage.streams:
        fixed = file.read(storage.streams[_FIXED])
        # The header's length depends on the object; entries have 16 bytes, so the remainder skips it.
        for at in range(len(fixed) % 16, len(fixed) - 15, 16):
            kind, number, _ = _ENTRY.unpack_from(fixed, at)
            if kind in INTEGERS:
                yield number, kind, fixed[at + 8 : at + 16]
    for name, stream in storage.streams.items():
        tag = name.removeprefix(_VALUE)[:8]
        if name.startswith(_VALUE) and _TAG.fullmatch(tag):
            yield int(tag[:4], 16), int(tag[4:], 16), file.read(stream)


def _names(file: Compound) -> dict[int, int]:
    """The named property mapping (MS-OXMSG 2.2.3.1.2): `NAMED` + numeric name by property ID."""
    streams = file.root.storages.get(_NAMES, Storage()).streams
    entries = file.read(streams[_NAME_ENTRIES]) if _NAME_ENTRIES in streams else b""
    names: dict[int, int] = {}
    for number, kind, index in _NAME.iter_unpack(entries[: len(entries) // 8 * 8]):
        if not kind & 1:
            names[_FIRST_NAMED + index] = NAMED + (number & 0xFFFF)
    return names
