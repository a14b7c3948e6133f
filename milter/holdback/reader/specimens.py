"""One tiny document for each native library, opened when a reader starts and by `holdback doctor`.

Opening them loads what the libraries load on first use, and shows that the libraries are installed and work.
"""

import base64
import io
import zipfile
import zlib
from collections.abc import Mapping

from holdback.documents.kind import Kind

ADDRESS = "ann@example.org"
"""The text in each of them."""

_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SHEETS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_WORKBOOK = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPES}.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="rId1" '
    f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_SHEETS}" xmlns:r="{_OFFICE}"><sheets>'
    '<sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="rId1" '
    f'Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
    "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_SHEETS}"><sheetData><row r="1">'
    f'<c r="A1" t="inlineStr"><is><t>{ADDRESS}</t></is></c></row></sheetData></worksheet>',
}
_PAGE = f"BT /F1 12 Tf 72 720 Td ({ADDRESS}) Tj ET"
_OBJECTS = (
    "<</Type /Catalog /Pages 2 0 R>>",
    "<</Type /Pages /Kids [3 0 R] /Count 1>>",
    "<</Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R"
    " /Resources <</Font <</F1 <</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>>>>>>>",
    f"<</Length {len(_PAGE)}>>\nstream\n{_PAGE}\nendstream",
)
_SEVEN_ZIP = """
    N3q8ryccAAPZQp2fEAAAAAAAAABaAAAAAAAAAO31P5Nhbm5AZXhhbXBsZS5vcmcKAQQGAAEJEAAHCwEAAQEADBAACAoBXBfacQAA
    BQERDQBhAC4AdAB4AHQAAAAUCgEAAIA+1d6xnQESCgEA42J1J1F63QETCgEAAIA+1d6xnQEVBgEAIICkgQAA
"""
"""`a.txt`, written by bsdtar without compression."""
_OLD_WORKBOOK = """
    eNq7cF7wwcKNUg8Z0IAdAzPDv/+cDGxIYoxAzATjCED4IPzv////ICFmIP4/CoYU4ORgYWBgY2X4wyAMj09+BobEvDyH1IrEXBsGDgaG
    gpxUvfyi9FYGPgZHcNyzMQRnpKaWGHIB2RADBBj+MnAhJRUuhlEwJABy/h0FIw8EMeQDYQmDAoMrQx6QLmKoJEm/GAMrI6wsYSRBXwOU
    DgfaXsSQzZAEdkc2ye4XYmBiRC7PiNUXPRr1YADK+zD8d7Q6HHEAAB/u43w=
"""
"""One cell, its string in two records: only who reads records finds the address. Compressed by zlib."""


def _workbook() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in _WORKBOOK.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return file.getvalue()


def _printed() -> bytes:
    written, places = b"%PDF-1.4\n", []
    for number, content in enumerate(_OBJECTS, 1):
        places.append(b"%010d 00000 n \n" % len(written))
        written += f"{number} 0 obj\n{content}\nendobj\n".encode()
    count, listed = len(places) + 1, b"".join(places)
    table = b"xref\n0 %d\n0000000000 65535 f \n%s" % (count, listed)
    end = b"trailer <</Size %d /Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (count, len(written))
    return written + table + end


SPECIMENS: Mapping[str, tuple[Kind, bytes]] = {
    "spreadsheet": (Kind.ZIP, _workbook()),
    "spreadsheet of Excel 97": (Kind.OLE, zlib.decompress(base64.b64decode(_OLD_WORKBOOK))),
    "PDF": (Kind.PDF, _printed()),
    "7z archive": (Kind.SEVEN_ZIP, base64.b64decode(_SEVEN_ZIP)),
}
