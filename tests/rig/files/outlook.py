"""Write Outlook's formats for tests: .msg files (MS-OXMSG), winmail.dat (MS-OXTNEF), packed rich text."""

import struct
from collections.abc import Mapping, Sequence

from rig.files.compound import Tree, compound

Value = str | bytes | int | list[bytes]
Item = Mapping[int, Value]
"""Values by number of the property; those of a named set by NAMED + number."""

NAMED = 0x10000
CLASS, SUBJECT, HEADERS, BODY, RICH_TEXT, HTML = 0x001A, 0x0037, 0x007D, 0x1000, 0x1009, 0x1013
SENDER_NAME, SENDER, NAME, ADDRESS, SMTP, CODEPAGE = 0x0C1A, 0x5D01, 0x3001, 0x3003, 0x39FE, 0x3FFD
LIST_MEMBERS, CONTACT_EMAIL = NAMED + 0x8054, NAMED + 0x8083
_FILE_NAME, _DATA, _METHOD, _KIND = 0x3707, 0x3701, 0x3705, 0x370E
_NAMED = (LIST_MEMBERS, CONTACT_EMAIL)


def recipient(name: str, address: str) -> Item:
    """Return a recipient in To."""
    return {NAME: name, SMTP: address, 0x0C15: 1}


def one_off(name: str, address: str) -> bytes:
    """Return the entry id of a person outside of address books (MS-OXCDATA 2.2.5.1)."""
    head = bytes(4) + bytes.fromhex("812b1fa4bea310199d6e00dd010f5402") + struct.pack("<HH", 0, 0x8001)
    return head + f"{name}\0SMTP\0{address}\0".encode("utf-16-le")


def attached(name: str, content: bytes, kind: str = "") -> Tree:
    """An attachment of a .msg, by value."""
    return _storage({_FILE_NAME: name, _DATA: content, _METHOD: 1, _KIND: kind}, 8)


def forwarded(item: Item, recipients: Sequence[Item] = (), attachments: Sequence[Tree] = ()) -> Tree:
    """A message as an attachment of a .msg."""
    return {**_storage({_METHOD: 5}, 8), "__substg1.0_3701000D": _message(item, recipients, attachments, 24)}


def msg(item: Item, recipients: Sequence[Item] = (), attachments: Sequence[Tree] = ()) -> bytes:
    """A .msg file."""
    entries = b"".join(struct.pack("<IHH", name - NAMED, 0, number) for number, name in enumerate(_NAMED))
    names: Tree = {"__nameid_version1.0": {"__substg1.0_00030102": entries}}
    return compound({**_message(item, recipients, attachments, 32), **names})


def _message(item: Item, recipients: Sequence[Item], attachments: Sequence[Tree], header: int) -> Tree:
    people = {f"__recip_version1.0_#{number:08X}": _storage(one, 8) for number, one in enumerate(recipients)}
    files = {f"__attach_version1.0_#{number:08X}": one for number, one in enumerate(attachments)}
    return {**_storage(item, header), **people, **files}


def _storage(item: Item, header: int) -> Tree:
    fixed, streams = bytes(header), dict[str, bytes]()
    for number, value in item.items():
        number = 0x8000 + _NAMED.index(number) if number >= NAMED else number
        if isinstance(value, int):
            fixed += struct.pack("<HHIQ", 3, number, 6, value)
            continue
        contents = value if isinstance(value, list) else [_encoded(value)[1]]
        kind = 0x1102 if isinstance(value, list) else _encoded(value)[0]
        fixed += struct.pack("<HHIQ", kind, number, 6, len(contents[0]))
        for index, content in enumerate(contents):
            end = f"-{index:08X}" if isinstance(value, list) else ""
            streams[f"__substg1.0_{number:04X}{kind:04X}{end}"] = content
    return {"__properties_version1.0": fixed, **streams}


def _encoded(value: str | bytes) -> tuple[int, bytes]:
    """Return type and bytes of a value; all text is Unicode."""
    return (0x1F, value.encode("utf-16-le")) if isinstance(value, str) else (0x102, value)


def tnef(
    item: Item, recipients: Sequence[Item] = (), files: Sequence[tuple[str, bytes]] = (), body: bytes = b""
) -> bytes:
    """A winmail.dat; `body` is one without MAPI, in Windows-1252."""
    attributes = [_attribute(1, 0x9007, struct.pack("<II", 1252, 0))]
    if body:
        attributes.append(_attribute(1, 0x800C, body + b"\0"))
    rows = struct.pack("<I", len(recipients)) + b"".join(map(_properties, recipients))
    attributes += [_attribute(1, 0x9004, rows), _attribute(1, 0x9003, _properties(item))]
    for name, content in files:
        attributes += [
            _attribute(2, 0x9002, bytes(14)),
            _attribute(2, 0x800F, content),
            _attribute(2, 0x8010, b"SHORT~1.TXT\0"),
            _attribute(2, 0x9005, _properties({_FILE_NAME: name})),
        ]
    return b"\x78\x9f\x3e\x22\x01\x00" + b"".join(attributes)


def _attribute(level: int, number: int, data: bytes) -> bytes:
    return struct.pack("<BHHI", level, number, 6, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def _properties(item: Item) -> bytes:
    """One list of properties (MS-OXTNEF 2.1.3.4)."""
    packed = struct.pack("<I", len(item))
    for number, value in item.items():
        named = bytes(20) + struct.pack("<I", number - NAMED) if number >= NAMED else b""
        number = 0x8000 if named else number
        if isinstance(value, int):
            packed += struct.pack("<HH", 3, number) + named + struct.pack("<I", value)
            continue
        contents = value if isinstance(value, list) else [_encoded(value)[1]]
        kind = 0x1102 if isinstance(value, list) else _encoded(value)[0]
        packed += struct.pack("<HH", kind, number) + named + struct.pack("<I", len(contents))
        for content in contents:
            packed += struct.pack("<I", len(content)) + content + bytes(-len(content) % 4)
    return packed


def packed_rtf(rtf: bytes) -> bytes:
    """Compressed rich text (MS-OXRTFCP): letters, but for one reference at the start and the end mark."""
    tokens = [(True, struct.pack(">H", 0 << 4 | 4))] if rtf.startswith(b"{\\rtf1") else []
    tokens += [(False, rtf[n : n + 1]) for n in range(6 if tokens else 0, len(rtf))]
    end = (207 + len(rtf)) % 4096
    tokens.append((True, struct.pack(">H", end << 4)))
    packed = b""
    for start in range(0, len(tokens), 8):
        run = tokens[start : start + 8]
        packed += bytes([sum(1 << bit for bit, (reference, _) in enumerate(run) if reference)])
        packed += b"".join(data for _, data in run)
    return struct.pack("<II4sI", len(packed) + 12, len(rtf), b"LZFu", 0) + packed
