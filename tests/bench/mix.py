"""A few hundred different mails that others wrote; `mix/README.md` names sources and licences."""

import re
import tarfile
from pathlib import Path

ARCHIVE = Path(__file__).resolve().parent / "mix" / "mails.tar.xz"


def mails() -> dict[str, bytes]:
    """Return all mails by their name in the archive, `SET/NUMBER.eml`: RFC 5322, LF line ends."""
    with tarfile.open(ARCHIVE) as archive:
        return {member.name: content.read() for member in archive if (content := archive.extractfile(member))}


def as_data(raw: bytes) -> bytes:
    """Return a message as the DATA command takes it: CRLF, doubled dots, a dot at the end."""
    lines = re.sub(rb"(?m)^\.", b"..", raw.rstrip(b"\n")).split(b"\n")
    return b"\r\n".join([*lines, b".", b""])
