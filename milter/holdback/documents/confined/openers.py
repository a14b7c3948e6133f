"""The openers that run in the confined reader, by kind. A new format is one module and one line here."""

import csv
import lzma
import sqlite3
import zlib
from collections.abc import Iterator, Mapping
from xml.parsers import expat

from holdback.documents.budget import Budget, OutOfTime
from holdback.documents.confined.archives.archive import open_archive
from holdback.documents.confined.archives.compressed import open_bzip2, open_gzip, open_xz, open_zstd
from holdback.documents.confined.archives.tar import open_tar
from holdback.documents.confined.cms import open_signed
from holdback.documents.confined.databases.dbase import open_dbase
from holdback.documents.confined.databases.sqlite import open_sqlite
from holdback.documents.confined.ole.files import open_ole
from holdback.documents.confined.outlook.tnef import open_tnef
from holdback.documents.confined.packages import open_zip
from holdback.documents.confined.pdf.document import open_pdf
from holdback.documents.confined.writing.rtf import open_rtf
from holdback.documents.confined.writing.xml import open_xml
from holdback.documents.document import Opener, Piece, Unread, Unreadable
from holdback.documents.fault import fault_of
from holdback.documents.kind import Kind
from holdback.mail import Part

OPENERS: Mapping[Kind, Opener] = {
    Kind.ZIP: open_zip,
    Kind.OLE: open_ole,
    Kind.PDF: open_pdf,
    Kind.RTF: open_rtf,
    Kind.XML: open_xml,
    Kind.GZIP: open_gzip,
    Kind.BZIP2: open_bzip2,
    Kind.XZ: open_xz,
    Kind.ZSTD: open_zstd,
    Kind.TAR: open_tar,
    Kind.SEVEN_ZIP: open_archive,
    Kind.RAR: open_archive,
    Kind.ARCHIVE: open_archive,
    Kind.SQLITE: open_sqlite,
    Kind.DBASE: open_dbase,
    Kind.TNEF: open_tnef,
    Kind.SIGNED: open_signed,
}


LIBRARY_ERRORS = (zlib.error, lzma.LZMAError, sqlite3.Error, expat.ExpatError, csv.Error)
"""Exceptions that libraries raise for damaged content; add a library here together with its opener.

Python's own exceptions do not belong here: an IndexError, a struct.error or a UnicodeDecodeError means that
our code does not check what it reads. The opener must check, and raise Unread(BROKEN) if bytes are missing.
"""


def open_confined(kind: Kind, part: Part, budget: Budget) -> Iterator[Piece]:
    """The pieces of `part`; an exception in an opener becomes the last piece.

    Damage is BROKEN, an exceeded limit is OVER_LIMIT, any other exception is a `Fault`.
    Raises OutOfTime only.
    """
    try:
        yield from OPENERS[kind](part, budget)
    except OutOfTime:
        raise
    except Unread as unread:
        yield unread.why
    except (MemoryError, RecursionError):
        yield Unreadable.OVER_LIMIT
    except LIBRARY_ERRORS:
        yield Unreadable.BROKEN
    except Exception as error:
        yield fault_of(error)
