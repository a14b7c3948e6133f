"""Encrypted files, written by libraries that can encrypt."""

import io
from collections.abc import Callable, Mapping

import py7zr
from msoffcrypto.format.ooxml import OOXMLFile
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas
from rig.files import archives
from rig.files.everything import Rows, as_csv, as_docx, as_pptx, as_xlsx

ROWS: Rows = [("Name", "E-mail"), ("Ann Smith", "ann@customers.example")]
PASSWORD = "correct horse"


def sealed_office(content: bytes) -> bytes:
    """An Office document with a password (MS-OFFCRYPTO)."""
    sealed = io.BytesIO()
    OOXMLFile(io.BytesIO(content)).encrypt(PASSWORD, sealed)
    return sealed.getvalue()


def sealed_zip() -> bytes:
    """Return a zip file that looks traditionally encrypted: with the flag set and random content."""
    noise = bytes(range(40))
    member = archives.local(b"data.csv", noise, flags=1)
    return archives.assembled(member, archives.central(b"data.csv", noise, 0, flags=1), 1)


def sealed_7z() -> bytes:
    content = io.BytesIO()
    with py7zr.SevenZipFile(content, "w", password=PASSWORD) as archive:
        archive.writestr(as_csv(ROWS), "data.csv")
    return content.getvalue()


def sealed_pdf() -> bytes:
    content = io.BytesIO()
    page = Canvas(content, encrypt=StandardEncryption(PASSWORD, strength=128))
    page.drawString(100, 700, "Ann Smith ann@customers.example")
    page.save()
    return content.getvalue()


SEALED: Mapping[str, Callable[[], bytes]] = {
    "xlsx": lambda: sealed_office(as_xlsx(ROWS)),
    "docx": lambda: sealed_office(as_docx(ROWS)),
    "pptx": lambda: sealed_office(as_pptx(ROWS)),
    "pdf": sealed_pdf,
    "7z": sealed_7z,
    "rar": lambda: archives.rar5([("data.csv", as_csv(ROWS))], sealed=True),
    "zip": sealed_zip,
}
