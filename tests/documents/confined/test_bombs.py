"""Decompression bombs: unpacking ends at the budget, and content before the limit is kept."""

import bz2
import contextlib
import gzip
import lzma
import random
import tarfile
import tracemalloc
import zipfile
import zlib

import pytest
from holdback.documents import Budget, open_parts
from holdback.documents.confined.archives.zip import Zip
from holdback.documents.confined.openers import OPENERS, open_confined
from holdback.documents.document import Piece, Unread
from holdback.documents.kind import kind_of
from holdback.mail import Limits, Part
from rig.files.archives import assembled, central, customers, local, overlapping, rar4, rar5, tarred, zipped
from rig.opening import opened, people_in, unreadable_in

pytestmark = pytest.mark.slow

MIB = 1 << 20
ZEROS = bytes(MIB)
LIST = customers(50)


def repeated(block: bytes, times: int) -> bytes:
    """A gzip stream of `times` blocks."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join([*(packer.compress(block) for _ in range(times)), packer.flush()])


BOMBS = {
    "gzip": lambda: repeated(ZEROS, 400),
    "gzip in gzip": lambda: gzip.compress(repeated(ZEROS, 400)),
    "bzip2": lambda: bz2.compress(ZEROS) * 400,
    "xz": lambda: lzma.compress(ZEROS) * 400,
    "zip": lambda: zipped([(f"{n}.bin", ZEROS) for n in range(400)]),
    "overlapping entries": lambda: overlapping(400, MIB),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_ends_at_the_budget(name: str) -> None:
    """All layers together never unpack more than the limit."""
    documents = opened(BOMBS[name](), limits=Limits(bytes=8 * MIB))
    assert "over_limit" in {str(why) for document in documents for why in document.unreadable}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_takes_no_more_memory_than_there_is_room(name: str) -> None:
    """Memory is bounded by the room for content and a few buffers, without a second copy."""
    data = BOMBS[name]()
    budget = Budget(Limits(bytes=200 * MIB), lambda: True, len(data))
    part = Part("1", data)
    budget.room = 16 * MIB
    tracemalloc.start()
    for piece in open_confined(kind_of(part), part, budget):
        assert not isinstance(piece, Part) or budget.keep(len(piece.content))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 30 * MIB


def test_a_list_before_the_bomb_counts() -> None:
    """A list before the bomb is read, as members are returned one by one."""
    data = zipped([("list.csv", LIST), ("bomb", bytes(9 * MIB)), ("more.csv", customers(90))])
    limits = Limits(bytes=4 * MIB)
    assert unreadable_in(data, limits=limits) == {"over_limit", "unsupported"}
    assert [document.name for document in opened(data, limits=limits) if document.tables] == ["list.csv"]


def test_an_archive_that_contains_itself_ends() -> None:
    """An archive that contains itself ends at the limit of depth, entries or bytes."""
    nest = LIST
    for _ in range(60):
        nest = zipped([("again.zip", nest)], zipfile.ZIP_STORED)
    assert unreadable_in(nest) == {"over_limit"}
    assert len(opened(nest)) <= Limits().depth + 2


def test_a_tree_of_archives_ends() -> None:
    """Archives of ten archives each, three levels deep, end at the limit of entries."""
    tree = b"leaf"
    for _ in range(7):
        tree = zipped([(f"{n}.zip", tree) for n in range(10)])
    assert len(opened(tree, limits=Limits(entries=200))) <= 201
    assert "over_limit" in unreadable_in(tree, limits=Limits(entries=200))


def test_65000_entries() -> None:
    """As many members as allowed are read, then OVER_LIMIT; folders and empty members do not count."""
    body = bytearray()
    directory = bytearray()
    for n in range(65_000):
        directory += central(b"%d" % n, b"x", len(body))
        body += local(b"%d" % n, b"x")
    data = assembled(bytes(body), bytes(directory), 65_000)
    archive = Zip(data, Budget(Limits(entries=500), lambda: True))
    assert ([str(why) for why in archive.unreadable], len(archive.entries)) == (["over_limit"], 500)
    folders = assembled(local(b"f/", b"") * 65_000, b"", 0)
    assert people_in(folders + zipped([("list.csv", LIST)])) == 50


@pytest.mark.parametrize(
    "data",
    [
        b"PK\3\4" * 400_000,
        local(b"a", b"", 8, 8) * 30_000,
        local(b"a", b"", 0, 8) * 30_000,
        gzip.compress(b"") * 100_000,
        bz2.compress(b"") * 100_000,
        tarfile.TarInfo("a").tobuf() * 2_000 + bytes(512 * 20_000),
        b"".join([b"\x1f\x8b\x08\0\0\0\0\0\0\0", b"\0\0\0\xff\xff" * 400_000]),
        assembled(local(b"n" * 60_000, b""), central(b"n", b"", 0) * 60_000, 60_000),
    ],
    ids=["marks", "streamed", "streamed stored", "gzips", "bzip2s", "headers", "empty blocks", "names"],
)
def test_time_is_linear(data: bytes) -> None:
    """Time is linear in the size of the file and the budget, with regular heartbeats."""
    beats = 0

    def beat() -> bool:
        nonlocal beats
        beats += 1
        return True

    part = Part("1", data)
    open_parts((part,), Budget(Limits(bytes=4 * MIB), beat, len(data)), open_confined)
    assert beats > 2


def _samples() -> dict[str, bytes]:
    files = [("list.csv", LIST), ("b.txt", b"hello")]
    return {
        "zip": zipped(files),
        "bzip2 in zip": zipped(files, zipfile.ZIP_BZIP2),
        "lzma in zip": zipped(files, zipfile.ZIP_LZMA),
        "gzip": gzip.compress(LIST),
        "xz": lzma.compress(LIST),
        "tar": tarred(*files),
        "rar4": rar4(files),
        "rar5": rar5(files, sealed=True),
    }


SAMPLES = _samples()


@pytest.mark.parametrize("name", SAMPLES)
def test_random_damage(name: str) -> None:
    """With bytes changed, removed or inserted anywhere, openers end and raise only what they document."""
    dice = random.Random(name)
    kind = kind_of(Part("1", SAMPLES[name]))
    for _ in range(150):
        data = bytearray(SAMPLES[name])
        for _ in range(dice.choice((0, 1, 3, 20))):
            at = dice.randrange(len(data))
            junk = dice.choice((b"", b"\0", b"\xff", b"\xff\xff\xff\xff", b"PK\3\4"))
            data[at : at + dice.choice((0, 1, 1, 4))] = junk
        part = Part("1", bytes(data[: dice.choice((len(data), dice.randrange(len(data))))]))
        budget = Budget(Limits(bytes=MIB, entries=50), lambda: True, len(data))
        with contextlib.suppress(Unread):
            assert all(isinstance(piece, Piece) for piece in OPENERS[kind](part, budget))
