"""Documents that must be held: data of `PEOPLE` people, one in each file, page, sheet, form or mail."""

import io
from collections.abc import Callable, Mapping, Sequence

from openpyxl import Workbook
from people.corpus.hits import PEOPLE
from people.corpus.invented import Person, people
from reportlab.pdfgen.canvas import Canvas
from rig.files.archives import zipped
from rig.files.office import word
from rig.files.printed import drawn

FORMS: Mapping[str, tuple[str, str]] = {
    "web form": ("en", "Name: {p.name}\nDate of birth: {p.born}\nPhone: {p.phone}\n"),
    "anmeldung": ("de", "Vorname: {p.given}\nNachname: {p.family}\nGeburtsdatum: {p.born}\n"),
    "formulaire": ("fr", "Nom : {p.family}\nPrénom : {p.given}\nTéléphone : {p.phone}\n"),
    "solicitud": (
        "es",
        "Nombre y apellidos: {p.name}\nFecha de nacimiento: {p.born}\n\nDirección: {p.street}\n",
    ),
    "modulo": ("it", "Cognome: {p.family}\nNome: {p.given}\n\nIndirizzo: {p.street}\nCAP: {p.postcode}\n"),
    "letter": (
        "en",
        "{p.name}\n{p.street}\n{p.town} LS16 3AJ\n\n12 March 2024\n\nDear {p.given},\n\n"
        "your appointment is confirmed. Please bring your papers.\n\nYours sincerely\nThe office\n",
    ),
    "brief": (
        "de",
        "Praxis am Markt, Marktplatz 1, 10115 Berlin\n\nFrau\n{p.name}\n{p.street}\n{p.postcode} {p.town}\n\n"
        "12.03.2024\n\nSehr geehrte Frau {p.family},\n\nIhr Befund liegt vor. Bitte rufen Sie uns an.\n",
    ),
    "courrier": (
        "fr",
        "{p.name}\n{p.street}\n{p.postcode} {p.town}\n\nObjet : votre dossier\n\nMadame, Monsieur,\n\n"
        "votre demande est acceptée.\n",
    ),
    "notice": (
        "en",
        "NOTICE OF DECISION\n\nTo\n\n{p.name}\n\n{p.street}\n\n{p.town}\n\nWe write about your benefit.\n",
    ),
    "certificate": ("de", "Bescheinigung\n\n{p.name}, geboren am {p.born}, hat teilgenommen.\n"),
    "call": ("en", "Please call back: {p.name}, {p.phone}, about the boiler.\n"),
    "rachunek": (
        "pl",
        "Rachunek\n\nNabywca: {p.name}\n{p.street}\n{p.postcode} {p.town}\n\nRazem: 120,00 zł\n",
    ),
    "p45": (
        "en",
        "P45 Details of employee leaving work\n\n{p.name}\n{p.street}\n{p.town} LS16 3AJ\n\n"
        "National insurance number: AB 10 05 11 C\nDate of birth: {p.born}\n\nTotal pay to date: 12,345.60\n",
    ),
    "bank": ("nl", "Machtiging\n\nNaam: {p.name}\nIBAN: {p.iban}\nBedrag: € 25,00\n"),
}
"""The language of the people, and the text about each of them (a format string over `p`)."""

ROWS: Mapping[str, tuple[str, str, Callable[[Person], Sequence[str]]]] = {
    "name, birth": ("en", "Name,Date of birth", lambda p: (p.name, p.born)),
    "name, phone": ("de", "Name,Telefon", lambda p: (p.name, p.phone)),
    "given, family, street": ("fr", "Prénom,Nom,Adresse", lambda p: (p.given, p.family, p.street)),
    "name, number": ("es", "Nombre,Nº cliente", lambda p: (p.name, p.number)),
    "name, account": ("it", "Intestatario,IBAN", lambda p: (p.name, p.iban)),
}
"""The language, the header and the row of each person."""


def filled(name: str) -> list[str]:
    """Return the form `name`, filled in for each person."""
    language, form = FORMS[name]
    return [form.format(p=person) for person in people(language, PEOPLE)]


def archive(texts: Sequence[str], suffix: str = "txt") -> bytes:
    """Return a zip file with a file for each text."""
    return zipped([(f"{number}.{suffix}", text.encode()) for number, text in enumerate(texts)])


def documents(texts: Sequence[str]) -> bytes:
    """Return a zip file with a Word document for each text."""
    return zipped([(f"{number}.docx", word(lines=text.split("\n"))) for number, text in enumerate(texts)])


def pages(texts: Sequence[str]) -> bytes:
    """Return a PDF with a page for each text."""
    return drawn(*(_page(text) for text in texts))


def _page(text: str) -> Callable[[Canvas], None]:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 9)
        for number, line in enumerate(text.split("\n")):
            canvas.drawString(40, 780 - 13 * number, line)

    return draw


def mailbox(texts: Sequence[str]) -> bytes:
    """Return an mbox file with a mail for each text."""
    header = "From web Tue Mar  5 10:00:00 2024\nFrom: web@corp.example\nSubject: Form\nMIME-Version: 1.0\n"
    header += "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
    return "\n".join(f"{header}{text}" for text in texts).encode()


def tables(name: str) -> list[str]:
    """Return a CSV file of one row for each person."""
    language, header, cells = ROWS[name]
    rows = [[f'"{cell}"' if "," in cell else cell for cell in cells(p)] for p in people(language, PEOPLE)]
    return [f"{header}\n{','.join(row)}\n" for row in rows]


def workbook(name: str, upright: bool) -> bytes:
    """Return a workbook with a sheet for each person. upright: headings in the first column."""
    language, header, cells = ROWS[name]
    book, headings = Workbook(), header.split(",")
    book.remove(book.active)
    for number, person in enumerate(people(language, PEOPLE)):
        sheet, row = book.create_sheet(f"{number}"), cells(person)
        for line in zip(headings, row, strict=True) if upright else (headings, row):
            sheet.append(list(line))
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


Content = Callable[[], bytes]
"""Makes a file."""

HITS: Mapping[str, Content] = {
    **{f"{name} in files": lambda name=name: archive(filled(name)) for name in FORMS},
    **{f"{name} in documents": lambda name=name: documents(filled(name)) for name in FORMS},
    **{f"{name} in mails": lambda name=name: mailbox(filled(name)) for name in FORMS},
    **{f"{name} on pages": lambda name=name: pages(filled(name)) for name in FORMS if FORMS[name][0] != "pl"},
    **{f"{name} in tables": lambda name=name: archive(tables(name), "csv") for name in ROWS},
    **{f"{name} in sheets": lambda name=name: workbook(name, upright=False) for name in ROWS},
    **{f"{name} on cards": lambda name=name: workbook(name, upright=True) for name in ROWS},
}
"""The content of each file."""

_HONEST: Mapping[str, tuple[str, str]] = {
    "own contact": (
        "de",
        "Angebot {n}\n\nMüller Werkzeuge GmbH\nIndustriestr. 5\n70565 Stuttgart\n\n"
        "Ihre Ansprechpartnerin: Anna Meier\nTelefon: 030 1234567\n\nFräser {n}: {n},90 EUR\n",
    ),
    "invoices to companies": (
        "en",
        "INVOICE {n}\n\nHarlow {p.town} Trading Ltd\n{p.street}\n{p.town} LS16 3AJ\n\nTotal 1{n}.00\n"
        "Account 2034{n}1, sort code 20-30-{n}\n",
    ),
    "rechnungen an firmen": (
        "de",
        "Rechnung {n}\n\n{p.town}er Maschinenbau GmbH & Co. KG\nz. Hd. Einkauf\n{p.street}\n"
        "{p.postcode} {p.town}\n\n"
        "Zahlbar bis {n}.04.2024\n",
    ),
    "products": ("en", "Desk lamp {n}\n\nEAN: 40123450000{n}\nPrice: {n}.90\nWeight: 1.{n} kg\n"),
    "minutes": (
        "en",
        "Minutes of 12 March 2024\n\nPresent: Ann Smith, Bob Jones, Eve Oakes\n\n1. Budget: 120,000\n"
        "2. Room {n}: 14.30 to 16.00\n\nNext meeting: 19 March 2024\n",
    ),
    "one person's payslips": (
        "es",
        "Nombre: Begoña Ibarrola\nNIF: 12345678Z\nFecha de nacimiento: 12.03.1985\n"
        "Mes: {n}\nTotal: 1.{n}00,00\n",
    ),
    "log": ("en", "2024-03-05 10:00:{n} INFO request 20240305{n}\n2024-03-05 10:01:{n} INFO done 71{n}345\n"),
    "lieferschein": (
        "de",
        "Lieferschein 2024-{n}\n\nBauhof {p.town}\nTor 3\nLindenstraße {n}\n{p.postcode} {p.town}\n\n"
        "{n} Sack Zement\n",
    ),
    "urenstaat": ("nl", "Naam: Fleur Hoekstra\nWeek: {n}\nUren: 36,50\n"),
}
"""The language of towns and streets, and a text about nobody, a company, or one person (`n`: a number)."""


def _honest(name: str) -> list[str]:
    language, form = _HONEST[name]
    return [form.format(p=person, n=10 + number) for number, person in enumerate(people(language, PEOPLE))]


MISSES: Mapping[str, Content] = {
    **{f"{name} in files": lambda name=name: archive(_honest(name)) for name in _HONEST},
    **{f"{name} in mails": lambda name=name: mailbox(_honest(name)) for name in _HONEST},
    **{f"{name} on pages": lambda name=name: pages(_honest(name)) for name in _HONEST},
    "products in tables": lambda: archive(
        [f"Artikel;Name;Preis;EAN\nL-{n};Lampe {n};{n},90;40123450000{n}\n" for n in range(10, 50)], "csv"
    ),
}
"""The content of each file."""
