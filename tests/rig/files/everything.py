"""One table in every format that Holdback reads, with a writer for each format.

Each writer takes rows of cells, of which the first are the headings, and returns the file.
"""

import base64
import bz2
import csv
import email.message
import gzip
import html
import io
import json
import lzma
import sqlite3
import subprocess
import tarfile
import zipfile
from collections.abc import Callable, Mapping, Sequence
from xml.sax.saxutils import escape

import py7zr
import xlsxwriter
import xlwt
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from rig.files import archives, databases, outlook, spreadsheets

Rows = Sequence[Sequence[str]]
Writer = Callable[[Rows], bytes]
_XML = "<?xml version='1.0' encoding='UTF-8'?>"


def as_csv(rows: Rows) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def as_html(rows: Rows) -> bytes:
    lines = ["<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>\n" for row in rows]
    return f"<html><body><table>{''.join(lines)}</table></body></html>".encode()


def as_json(rows: Rows) -> bytes:
    return json.dumps({"data": _records(rows)}, ensure_ascii=False, indent=1).encode()


def as_json_lines(rows: Rows) -> bytes:
    return "".join(json.dumps(record) + "\n" for record in _records(rows)).encode()


def _records(rows: Rows) -> list[dict[str, str]]:
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def as_yaml(rows: Rows) -> bytes:
    lines = []
    for record in _records(rows):
        lines += [
            f"{'  ' if n else '- '}{key}: {json.dumps(value)}"
            for n, (key, value) in enumerate(record.items())
        ]
    return "\n".join(lines).encode()


def as_sql(rows: Rows) -> bytes:
    columns = ", ".join(f"`{cell}`" for cell in rows[0])
    values = ["(" + ", ".join(_quoted(cell) for cell in row) + ")" for row in rows[1:]]
    groups = [",".join(values[start : start + 500]) for start in range(0, len(values), 500)]
    return "\n".join(f"INSERT INTO `t` ({columns}) VALUES {group};" for group in groups).encode()


def _quoted(cell: str) -> str:
    return "'" + cell.replace("'", "''") + "'"


def as_xml(rows: Rows) -> bytes:
    fields = [f"field{n}" for n in range(len(rows[0]))]
    lines = [
        "<row>"
        + "".join(f"<{name}>{escape(cell)}</{name}>" for name, cell in zip(fields, row, strict=True))
        + "</row>\n"
        for row in rows
    ]
    return f"<?xml version='1.0' encoding='utf-8'?>\n<export>{''.join(lines)}</export>".encode()


def as_xlsx(rows: Rows) -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Data")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return content.getvalue()


def as_xls(rows: Rows) -> bytes:
    book, content = xlwt.Workbook(), io.BytesIO()
    sheet = book.add_sheet("Data")
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            sheet.write(number, column, cell)
    book.save(content)
    return content.getvalue()


def as_ods(rows: Rows) -> bytes:
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    lines = [
        "<table:table-row>" + "".join(cell.format(escape(c)) for c in row) + "</table:table-row>"
        for row in rows
    ]
    table = f'<table:table table:name="Data">{"".join(lines)}</table:table>'
    return _opendocument("spreadsheet", f"<office:spreadsheet>{table}</office:spreadsheet>")


def as_odt(rows: Rows) -> bytes:
    cell = "<table:table-cell><text:p>{}</text:p></table:table-cell>"
    lines = [
        "<table:table-row>" + "".join(cell.format(escape(c)) for c in row) + "</table:table-row>"
        for row in rows
    ]
    return _opendocument("text", f"<office:text><table:table>{''.join(lines)}</table:table></office:text>")


def _opendocument(kind: str, body: str) -> bytes:
    names = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    root = "office:document-content"
    content = f"{_XML}<{root}{names}><office:body>{body}</office:body></{root}>"
    manifest = "<manifest:manifest xmlns:manifest='urn:oasis:names:tc:opendocument:xmlns:manifest:1.0'/>"
    mime = f"application/vnd.oasis.opendocument.{kind}"
    return zipped(
        {
            "mimetype": mime.encode(),
            "content.xml": content.encode(),
            "META-INF/manifest.xml": manifest.encode(),
        }
    )


def as_docx(rows: Rows) -> bytes:
    cell = "<w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>"
    lines = ["<w:tr>" + "".join(cell.format(escape(c)) for c in row) + "</w:tr>" for row in rows]
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    body = f"<w:body><w:tbl>{''.join(lines)}</w:tbl></w:body>"
    return _package("word/document.xml", f"{_XML}<w:document {space}>{body}</w:document>")


def as_pptx(rows: Rows) -> bytes:
    cell = "<a:tc><a:txBody><a:p><a:r><a:t>{}</a:t></a:r></a:p></a:txBody></a:tc>"
    lines = ["<a:tr>" + "".join(cell.format(escape(c)) for c in row) + "</a:tr>" for row in rows]
    space = (
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
        'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
    )
    table = f"<a:tbl>{''.join(lines)}</a:tbl>"
    return _package("ppt/slides/slide1.xml", f"{_XML}<p:sld {space}><p:cSld>{table}</p:cSld></p:sld>")


def _package(name: str, content: str) -> bytes:
    types = "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'/>"
    return zipped({"[Content_Types].xml": types.encode(), name: content.encode()})


def as_rtf(rows: Rows) -> bytes:
    def cell(text: str) -> str:
        return "".join(c if c.isascii() and c not in "\\{}" else f"\\u{ord(c)}?" for c in text) + "\\cell "

    columns = "".join(f"\\cellx{2_000 * n}" for n in range(1, len(rows[0]) + 1))
    lines = [f"\\trowd{columns}\\intbl {''.join(map(cell, row))}\\row\n" for row in rows]
    return ("{\\rtf1\\ansi\\ansicpg1252 " + "".join(lines) + "}").encode()


def as_pdf(rows: Rows) -> bytes:
    """Return a printed table with forty rows on a page, in the characters of Helvetica."""
    content = io.BytesIO()
    page = Canvas(content, A4)
    for number, row in enumerate(rows):
        if number % 40 == 0:
            if number:
                page.showPage()
            page.setFont("Helvetica", 8)
        for column, cell in enumerate(row):
            assert stringWidth(cell, "Helvetica", 8) < 200
            page.drawString(30 + 110 * column, 800 - 18 * (number % 40), cell)
    page.save()
    return content.getvalue()


def as_sqlite(rows: Rows) -> bytes:
    with sqlite3.connect(":memory:") as base:
        base.execute(f"CREATE TABLE t ({', '.join(json.dumps(cell) for cell in rows[0])})")
        base.executemany(f"INSERT INTO t VALUES ({', '.join('?' * len(rows[0]))})", rows[1:])
    return base.serialize()


def zipped(members: Mapping[str, bytes]) -> bytes:
    """A zip file of these members."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, member in members.items():
            archive.writestr(name, member)
    return content.getvalue()


def as_zip(rows: Rows) -> bytes:
    return zipped({"data.csv": as_csv(rows)})


def as_gzip(rows: Rows) -> bytes:
    return gzip.compress(as_csv(rows), mtime=0)


def as_bzip2(rows: Rows) -> bytes:
    return bz2.compress(as_csv(rows))


def as_xz(rows: Rows) -> bytes:
    return lzma.compress(as_csv(rows), preset=1)


def as_zstd(rows: Rows) -> bytes:
    return subprocess.run(["zstd", "-q", "-c"], input=as_csv(rows), capture_output=True, check=True).stdout


def as_tar(rows: Rows) -> bytes:
    table, content = as_csv(rows), io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as archive:
        member = tarfile.TarInfo("data.csv")
        member.size = len(table)
        archive.addfile(member, io.BytesIO(table))
    return content.getvalue()


def as_7z(rows: Rows) -> bytes:
    content = io.BytesIO()
    with py7zr.SevenZipFile(content, "w") as archive:
        archive.writestr(as_csv(rows), "data.csv")
    return content.getvalue()


def as_rar(rows: Rows) -> bytes:
    return archives.rar5([("data.csv", as_csv(rows))])


def as_vcards(rows: Rows) -> bytes:
    names = ("FN", "EMAIL", "TEL", "ADR", "NOTE")
    cards = [
        "\r\n".join(f"{name}:{cell}" for name, cell in zip(names, row, strict=False)) for row in rows[1:]
    ]
    return "".join(f"BEGIN:VCARD\r\nVERSION:3.0\r\n{card}\r\nEND:VCARD\r\n" for card in cards).encode()


def as_ldif(rows: Rows) -> bytes:
    names = ("cn", "mail", "telephoneNumber", "street", "l")
    lines = []
    for number, row in enumerate(rows[1:]):
        lines.append(f"dn: uid={number},dc=corp,dc=example")
        cells = zip(names, row, strict=False)
        lines += [f"{name}:: {base64.b64encode(cell.encode()).decode()}" for name, cell in cells] + [""]
    return "\n".join(lines).encode()


def as_xlsb(rows: Rows) -> bytes:
    return spreadsheets.xlsb(rows)


def as_dbase(rows: Rows) -> bytes:
    """Return a dBase table in Windows-1252 with short column names."""
    cells = [[cell.encode("cp1252", "replace") for cell in row] for row in rows]
    return databases.dbase([f"{name[:9]}" for name in rows[0]], cells[1:])


def as_msg(rows: Rows) -> bytes:
    return outlook.msg({0x0037: "Data"}, attachments=[outlook.attached("data.csv", as_csv(rows))])


def as_tnef(rows: Rows) -> bytes:
    return outlook.tnef({}, files=[("data.csv", as_csv(rows))])


def as_mbox(rows: Rows) -> bytes:
    return b"From a@corp.example Mon Nov 16 09:00:00 2026\n" + as_eml(rows)


def as_eml(rows: Rows) -> bytes:
    message = email.message.EmailMessage()
    message["From"], message["To"] = "a@corp.example", "b@corp.example"
    message["Subject"], message["Date"] = "Fwd: data", "Mon, 16 Nov 2026 09:00:00 +0000"
    message.set_content("See attachment.\n")
    message.add_attachment(as_csv(rows), maintype="application", subtype="octet-stream", filename="data.csv")
    return message.as_bytes()


WRITERS: Mapping[str, Writer] = {
    "csv": as_csv,
    "html": as_html,
    "json": as_json,
    "jsonl": as_json_lines,
    "yaml": as_yaml,
    "sql": as_sql,
    "xml": as_xml,
    "xlsx": as_xlsx,
    "xls": as_xls,
    "ods": as_ods,
    "docx": as_docx,
    "pptx": as_pptx,
    "odt": as_odt,
    "rtf": as_rtf,
    "pdf": as_pdf,
    "sqlite": as_sqlite,
    "zip": as_zip,
    "gz": as_gzip,
    "bz2": as_bzip2,
    "xz": as_xz,
    "zst": as_zstd,
    "tar": as_tar,
    "7z": as_7z,
    "rar": as_rar,
    "vcf": as_vcards,
    "ldif": as_ldif,
    "xlsb": as_xlsb,
    "dbf": as_dbase,
    "eml": as_eml,
    "mbox": as_mbox,
    "msg": as_msg,
    "tnef": as_tnef,
}
