"""OLE compound files: kinds detected by streams, also in damaged files."""

import io
import struct
from collections.abc import Callable

import olefile
import pytest
import xlwt
from holdback.documents.budget import Budget
from holdback.documents.confined.ole.compound import Compound
from holdback.documents.confined.ole.repack import repacked
from holdback.mail import Limits
from rig.files.compound import compound
from rig.opening import opened, people_in, unreadable_in, words_in
from rig.people import people

ADDRESS = "info@hidden.example"
CSV = "\n".join(";".join(one.row) for one in people(25)).encode()


def native(name: str, content: bytes) -> bytes:
    """A stream Ole10Native as Windows writes it (MS-OLEDS 2.3.6)."""
    path = f"C:\\{name}\0".encode()
    head = b"\2\0" + f"{name}\0".encode() + path + struct.pack("<HHI", 0, 3, len(path)) + path
    data = head + struct.pack("<I", len(content)) + content
    return struct.pack("<I", len(data)) + data


@pytest.mark.parametrize(
    ("streams", "why"),
    [
        ({"EncryptedPackage": b"x" * 5000, "EncryptionInfo": b"y"}, {"encrypted"}),
        ({"EncryptedSummary": b"x", "PowerPoint Document": b"y"}, {"encrypted"}),
        ({"VisioDocument": ADDRESS.encode("utf-16-le")}, {"unsupported"}),
        ({"VBA": {"dir": b"x"}, "PROJECT": b"y"}, set()),
        ({"\x01Ole10Native": native("list.csv", CSV)}, set()),
    ],
)
def test_kinds_of_compound_files(streams: dict[str, bytes], why: set[str]) -> None:
    """Encrypted files, unknown formats, files of macros only and files that wrap an object."""
    assert why == unreadable_in(compound(streams))


@pytest.mark.parametrize("text", [f"ask {ADDRESS} now".encode(), f"ask {ADDRESS} now".encode("utf-16-le")])
@pytest.mark.parametrize("place", ["stream", "storage", "unused"])
def test_addresses_are_found_in_any_format(text: bytes, place: str) -> None:
    """Addresses are found in unknown streams, in storages, and in sectors outside of all streams."""
    noise = bytes(range(256)) * 20
    inside = noise + text + noise
    files = {
        "stream": compound({"Contents of a drawing": inside}),
        "storage": compound({"a": {"b": {"c": inside}}}),
        "unused": compound({"a": b"x"}) + inside,
    }
    assert ADDRESS in words_in(opened(files[place]))


@pytest.mark.parametrize(
    "streams",
    [
        {"\x01Ole10Native": native("list.csv", CSV)},
        {"Package": CSV},
        {"CONTENTS": CSV},
        {"WordDocument": b"", "ObjectPool": {"_12": {"\x01Ole10Native": native("list.csv", CSV)}}},
        {"WordDocument": b"", "ObjectPool": {"_12": {"Package": CSV}}},
        {"WordDocument": b"", "ObjectPool": {"_12": {"Drawing": CSV}}},
        {"Workbook": b"", "MBD000A1B2C": {"Package": CSV}},
        {"pACKAGE": CSV},
        {"EncryptedPackage": b"", "WordDocument": b"", "Package": CSV},
    ],
)
def test_embedded_files(streams: dict[str, bytes]) -> None:
    """A list in an embedded file is found, however it was embedded."""
    assert people_in(compound(streams)) == 25


def test_embedded_workbook() -> None:
    """A workbook in a storage of a document is read as a file of its own."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("Kunden")
    for number, one in enumerate(people(25)):
        for column, cell in enumerate(one.row):
            sheet.write(number, column, cell)
    stream = io.BytesIO()
    book.save(stream)
    with olefile.OleFileIO(stream.getvalue()) as file:
        workbook = file.openstream("Workbook").read()
    for padding in (b"", bytes(10_000)):
        pool = {"_1": {"Workbook": workbook, "\x01Ole": b"x", "Extra": padding}}
        assert people_in(compound({"WordDocument": b"", "ObjectPool": pool})) == 25


@pytest.mark.parametrize("stream", [b"", bytes(24), bytes(24) + b"\xff" * 400, b"\xff" * 48])
def test_damaged_properties(stream: bytes) -> None:
    """Property sets without values or with wrong offsets are ignored and reported as nothing."""
    assert set() == unreadable_in(compound({"\x05SummaryInformation": stream, "WordDocument": b""}))


def test_file_of_several_kinds() -> None:
    """All documents in a file of several kinds are read."""
    text = ADDRESS.encode()
    streams = {"WordDocument": b"x", "PowerPoint Document": struct.pack("<HHI", 0, 0x0FA8, len(text)) + text}
    assert [text.where for text in opened(compound(streams))[0].texts if ADDRESS in text.text][:1] == [""]


def test_repacked_storages() -> None:
    """olefile reads the same streams from repacked storages, small, large and nested."""
    budget = Budget(Limits(), lambda: True)
    inner = {"small": b"x" * 99, "large": b"y" * 9999, "empty": b"", "deep": {"er": {"s": b"z"}}}
    file = Compound(compound({"folder": inner}), budget)
    with olefile.OleFileIO(repacked(file, file.root.storages["folder"], budget)) as other:
        assert sorted(other.listdir()) == [["deep", "er", "s"], ["empty"], ["large"], ["small"]]
        assert other.openstream("large").read() == b"y" * 9999
        assert other.openstream("small").read() == b"x" * 99
        assert other.openstream("deep/er/s").read() == b"z"


def test_properties() -> None:
    """Author and comments are text, the thumbnail is not."""
    values = [(0x1E, b"ann@author.example\0"), (0x1F, "Привет".encode("utf-16-le")), (0x47, b"picture!" * 9)]
    body, places = b"", b""
    for number, (kind, value) in enumerate(values, 2):
        places += struct.pack("<II", number, 8 + 8 * len(values) + len(body))
        body += struct.pack("<II", kind, len(value)) + value + bytes(-len(value) % 4)
    one_set = struct.pack("<II", 8 + len(places) + len(body), len(values)) + places + body
    stream = bytes(24) + struct.pack("<I", 1) + bytes(16) + struct.pack("<I", 48) + one_set
    words = words_in(opened(compound({"\x05SummaryInformation": stream, "WordDocument": b""})))
    assert "ann@author.example" in words and "Привет" in words and "picture" not in words


def small(tree: dict[str, bytes]) -> bytearray:
    return bytearray(compound({"Contents of a drawing": f"ask {ADDRESS} now ".encode() * 500, **tree}))


def looping_table(content: bytearray) -> None:
    """A FAT in which every sector is followed by itself."""
    at = 512 * (1 + struct.unpack_from("<I", content, 76)[0])
    content[at : at + 512] = struct.pack("<128I", *range(128))


def looping_tree(content: bytearray) -> None:
    """A directory in which every entry is its own sibling and child."""
    at = 512 * (1 + struct.unpack_from("<I", content, 48)[0])
    for number in range(4):
        content[at + 128 * number + 68 : at + 128 * number + 80] = struct.pack("<3I", number, number, number)


def lost_tree(content: bytearray) -> None:
    """A directory whose root has no child."""
    at = 512 * (1 + struct.unpack_from("<I", content, 48)[0])
    content[at + 76 : at + 80] = b"\xff" * 4


def no_directory(content: bytearray) -> None:
    """A directory that starts after the end of the file."""
    content[48:52] = b"\xfe\xff\xff\xff"


def endless_table(content: bytearray) -> None:
    """A FAT that continues in its own first sector."""
    content[68:72] = content[76:80]


def giant_sectors(content: bytearray) -> None:
    """A header with sectors of 2 to the power of 65,535 bytes."""
    content[30:32] = b"\xff\xff"


@pytest.mark.parametrize(
    "damage", [looping_table, looping_tree, lost_tree, no_directory, endless_table, giant_sectors]
)
def test_damage(damage: Callable[[bytearray], None]) -> None:
    """Reading a file with damaged tables ends, and returns what can be read."""
    content = small({"b": b"x"})
    damage(content)
    assert ADDRESS in words_in(opened(bytes(content)))


def test_thousands_of_streams_in_one_place() -> None:
    """Streams that share the same sectors are bounded by the budget."""
    content = bytearray(compound({f"s{number}": b"" for number in range(2000)}))
    at = 512 * (1 + struct.unpack_from("<I", content, 48)[0])
    for number in range(1, 2001):
        place = at + 128 * number
        content[place + 116 : place + 124] = struct.pack("<II", 0, 0x7FFFFFFF)
    assert "over_limit" in unreadable_in(bytes(content), limits=Limits(bytes=2_000_000))
