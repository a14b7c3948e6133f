"""Makes the sources of the .doc and .ppt files here: flat OpenDocument, which LibreOffice converts.

python make_old_office.py FOLDER
cd FOLDER; soffice --headless --convert-to doc:"MS Word 97" *.fodt; soffice --headless --convert-to ppt *.fodp
python make_old_office.py FOLDER
"""

import sys
from pathlib import Path
from xml.sax.saxutils import escape

import olefile
from rig.files.compound import compound
from rig.people import HEADINGS, parts_list, people

_SPACES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for short, name in {
        "office": "office",
        "text": "text",
        "table": "table",
        "draw": "drawing",
        "style": "style",
        "svg": "svg-compatible",
        "presentation": "presentation",
        "fo": "xsl-fo-compatible",
    }.items()
)
_SPACES += ' xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/"'
_MIME = "application/vnd.oasis.opendocument"
_BOX = 'svg:x="2cm" svg:y="2cm" svg:width="8cm" svg:height="2cm"'


def document(kind: str, body: str, styles: str = "", meta: str = "") -> str:
    """A flat OpenDocument file; kind: `text` or `presentation`."""
    head = f'<office:document {_SPACES} office:version="1.2" office:mimetype="{_MIME}.{kind}">'
    content = f"{meta}{styles}<office:body><office:{kind}>{body}</office:{kind}></office:body>"
    return f'<?xml version="1.0" encoding="UTF-8"?>{head}{content}</office:document>'


def table(rows: list[tuple[str, ...]]) -> str:
    cells = [[f"<text:p>{escape(cell)}</text:p>" for cell in row] for row in rows]
    packed = [[f"<table:table-cell>{cell}</table:table-cell>" for cell in row] for row in cells]
    lines = "".join(f"<table:table-row>{''.join(row)}</table:table-row>" for row in packed)
    columns = f'<table:table-column table:number-columns-repeated="{len(rows[0])}"/>'
    return f"<table:table>{columns}{lines}</table:table>"


def customers(language: str) -> list[tuple[str, ...]]:
    return [row[:3] for row in (HEADINGS[language], *(one.row for one in people(22, language)))]


def corners() -> str:
    """A text document with an address in every part that may contain one."""
    header = "<text:p>Header: in.header@corner.example</text:p>"
    styles = (
        '<office:automatic-styles><style:page-layout style:name="pm"/></office:automatic-styles>'
        '<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="pm">'
        f"<style:header>{header}</style:header></style:master-page></office:master-styles>"
    )
    meta = "<office:meta><dc:title>T</dc:title><dc:subject>in.meta@corner.example</dc:subject></office:meta>"
    deleted = (
        '<text:tracked-changes><text:changed-region text:id="c1"><text:deletion><office:change-info>'
        "<dc:creator>Ann</dc:creator><dc:date>2026-01-01T00:00:00</dc:date></office:change-info>"
        "<text:p>in.deletion@corner.example</text:p></text:deletion></text:changed-region></text:tracked-changes>"
    )
    body = (
        f'{deleted}<text:p>A link: <text:a xlink:type="simple" xlink:href="mailto:in.link@corner.example">'
        "here</text:a>, a note"
        '<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation>'
        "<text:note-body><text:p>in.note@corner.example</text:p></text:note-body></text:note>, a remark"
        "<office:annotation><dc:creator>Ann</dc:creator><text:p>in.comment@corner.example</text:p>"
        f'</office:annotation>, gone<text:change text:change-id="c1"/>.</text:p><text:p><draw:frame {_BOX} '
        'text:anchor-type="paragraph"><draw:text-box><text:p>in.box@corner.example</text:p></draw:text-box>'
        "</draw:frame></text:p>"
    )
    return document("text", body, styles, meta)


def slides(rows: list[tuple[str, ...]]) -> str:
    """One slide with a table, and its notes."""
    frame = f'<draw:frame {_BOX} draw:layer="layout">{{}}</draw:frame>'
    notes = frame.format("<draw:text-box><text:p>in.notes@corner.example</text:p></draw:text-box>")
    content = f"{frame.format(table(rows))}<presentation:notes>{notes}</presentation:notes>"
    return document("presentation", f'<draw:page draw:name="one">{content}</draw:page>')


def pack(presentation: Path, target: Path) -> None:
    """The presentation without its thumbnail of half a megabyte."""
    with olefile.OleFileIO(presentation) as file:
        names = ("PowerPoint Document", "Current User")
        target.write_bytes(compound({name: file.openstream(name).read() for name in names}))


def main(folder: Path) -> None:
    price_list = [("Part", "Text", "Price", "Stock"), *parts_list(24)]
    for language in ("de", "ru", "ja"):
        text = document("text", f"<text:p>Kunden</text:p>{table(customers(language))}<text:p>Ende</text:p>")
        (folder / f"customers-{language}.fodt").write_text(text)
    (folder / "customers-fr.fodp").write_text(slides(customers("fr")))
    (folder / "parts.fodt").write_text(document("text", table(price_list)))
    (folder / "parts.fodp").write_text(slides(price_list))
    (folder / "corners.fodt").write_text(corners())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
    for made in Path(sys.argv[1]).glob("*.ppt"):
        pack(made, Path(__file__).with_name(made.name))
