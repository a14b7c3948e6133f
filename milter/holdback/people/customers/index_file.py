"""Read and write the file of the customer index: one page of description, then three memory-mapped columns.

A new file is written next to the old one and renamed: readers see the old file or the new one, never a part.
Do not copy over the file: that changes it for processes that have it mapped.

The file alone reveals the number of customers and how many identifiers each has. With the key, an attacker
can test whether an address is a customer's, and link the identifiers of a person in a list they already have.
They can also try all phone numbers of a country: a CPU core hashes two million a second, a graphics card
billions. File and key together therefore disclose phone numbers and whatever else can be guessed: keep them
apart in backups. An address or name that cannot be guessed stays unknown.
"""

import json
import mmap
import os
import struct
import zlib
from collections.abc import Sequence
from dataclasses import asdict, replace
from hashlib import blake2b
from io import FileIO
from pathlib import Path
from typing import Any

import numpy as np

from holdback.people.customers.index import Arrays, Index
from holdback.people.customers.index_info import IndexInfo

_MAGIC = b"holdback people\n"
_VERSION = 1
_PAGE = 4096
_HEAD = struct.Struct("<16sI32s")
_LONGEST_SOURCE = 500


class IndexBroken(Exception):
    """The file is not a usable customer index; the message is one line."""


def load(path: Path, key_id: str) -> Index:
    """Map the index in `path` and verify its checksum; `key_id` is that of the key in use.

    Raises IndexBroken, or OSError if the file cannot be read.
    """
    with path.open("rb", buffering=0) as file:
        about = _about(path, file, key_id)
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    body = memoryview(mapped)[_PAGE:]
    if zlib.crc32(body) != about["crc"]:
        raise IndexBroken(f"{path} is damaged: wrong checksum; build it again")
    numbers, buckets = about["info"]["numbers"], about["buckets"]
    arrays = Arrays(
        np.frombuffer(mapped, "<i8", numbers, _PAGE),
        np.frombuffer(mapped, "<u4", numbers, _PAGE + 8 * numbers),
        np.frombuffer(mapped, "<u4", buckets + 1, _PAGE + 12 * numbers),
    )
    return Index(arrays, IndexInfo(**about["info"]))


def read_info(path: Path, key_id: str = "") -> IndexInfo:
    """Return the description of the index in `path` without reading its columns. Empty `key_id`: any key.

    Raises IndexBroken, or OSError if the file cannot be read.
    """
    with path.open("rb", buffering=0) as file:
        return IndexInfo(**_about(path, file, key_id)["info"])


def _about(path: Path, file: FileIO, key_id: str) -> dict[str, Any]:
    page = file.read(_PAGE)
    if len(page) < _PAGE or not page.startswith(_MAGIC):
        raise IndexBroken(f"{path} is not a customer index")
    _, version, digest = _HEAD.unpack_from(page)
    if version > _VERSION:
        raise IndexBroken(f"{path} has format version {version}; this Holdback supports up to {_VERSION}")
    if digest != _digest(version, page[_HEAD.size :]):
        raise IndexBroken(f"{path} is damaged: wrong checksum of the first page; build it again")
    about: dict[str, Any] = json.loads(page[_HEAD.size :])
    info = about["info"]
    size = os.fstat(file.fileno()).st_size
    if not size == info["bytes"] == _PAGE + 12 * info["numbers"] + 4 * (about["buckets"] + 1):
        raise IndexBroken(f"{path} is incomplete: {size} of {info['bytes']} bytes")
    if key_id and info["key_id"] != key_id:
        raise IndexBroken(f"{path} was built with another key: {info['key_id']}; this host uses {key_id}")
    return about


def _digest(version: int, rest: bytes) -> bytes:
    return blake2b(bytes([version % 256]) + rest, digest_size=32).digest()


def write(path: Path, arrays: Arrays, info: IndexInfo) -> IndexInfo:
    """Write the index, replacing `path` atomically; return `info` with the size filled in.

    Raises OSError; the old file is then unchanged.
    """
    columns = [
        np.ascontiguousarray(column, dtype).view(np.uint8).data
        for column, dtype in ((arrays.numbers, "<i8"), (arrays.persons, "<u4"), (arrays.starts, "<u4"))
    ]
    info = replace(info, source=_cut(info.source), bytes=_PAGE + sum(map(len, columns)))
    draft = path.with_name(f"{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    try:
        with open(draft, "xb", buffering=0, opener=_private) as file:
            for piece in (memoryview(_page(info, columns)), *columns):
                _write_all(file, piece)
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)
    return info


def _page(info: IndexInfo, columns: Sequence[memoryview]) -> bytes:
    crc = 0
    for column in columns:
        crc = zlib.crc32(column, crc)
    about = {"info": asdict(info), "buckets": len(columns[2]) // 4 - 1, "crc": crc}
    rest = json.dumps(about, ensure_ascii=False).encode().ljust(_PAGE - _HEAD.size)
    return _HEAD.pack(_MAGIC, _VERSION, _digest(_VERSION, rest)) + rest


def _cut(source: str) -> str:
    """Return `source` cut to a length that fits into the first page however JSON encodes it."""
    return source.encode("utf-8", "replace").decode()[:_LONGEST_SOURCE]


def _private(path: str, flags: int) -> int:
    """Open with mode 0600. As root, give the file to the folder's owner, so that the daemon can read it."""
    descriptor = os.open(path, flags | os.O_CLOEXEC, 0o600)
    if os.geteuid() == 0:
        owner = Path(path).parent.stat()
        os.fchown(descriptor, owner.st_uid, owner.st_gid)
    return descriptor


def _write_all(file: FileIO, rest: memoryview) -> None:
    """Write all of `rest`: a single call to write() writes two gigabytes at most."""
    while rest:
        rest = rest[file.write(rest) :]


def _sync_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
