"""Spreadsheets: xlsx, xlsm, xlsb, xls, ods, every sheet, hidden ones and what stands beside the cells."""

from collections.abc import Iterator

from holdback.documents.budget import Budget
from holdback.documents.confined.zip import Zip
from holdback.documents.values import Piece, Unreadable
from holdback.mail import Part


def open_workbook(part: Part, zip: Zip, budget: Budget) -> Iterator[Piece]:
    """To be written."""
    yield Unreadable.UNSUPPORTED


def open_opendocument_sheet(part: Part, zip: Zip, budget: Budget) -> Iterator[Piece]:
    """To be written."""
    yield Unreadable.UNSUPPORTED


def open_old_workbook(part: Part, budget: Budget) -> Iterator[Piece]:
    """To be written: xls (BIFF), `part` is the whole OLE file."""
    yield Unreadable.UNSUPPORTED
