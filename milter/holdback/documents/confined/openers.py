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
from holdback.documents.fault import fault_of
from holdback.documents.kind import Kind
from holdback.documents.values import Opener, Piece, Unread, Unreadable
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
"""What libraries raise when the bytes they parse are damaged; a library is added here with its opener.

No exception of Python itself belongs here. An IndexError, a struct.error or a UnicodeDecodeError means that
our code read without a check: the opener has to check, and to raise Unread(BROKEN) where bytes are missing.
"""


def open_confined(kind: Kind, part: Part, budget: Budget) -> Iterator[Piece]:
    """The pieces of `part`, whatever it holds; an exception that ends them becomes the last piece.

    Damage is BROKEN, too much of anything is OVER_LIMIT, a mistake in an opener is a `Fault`.
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
