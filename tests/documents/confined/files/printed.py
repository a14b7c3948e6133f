"""Makes the sources of `printed-*.pdf` in this folder for LibreOffice 7.4. With `tests` on PYTHONPATH:

python printed.py && soffice --headless --convert-to pdf printed-*.xlsx printed-letter.docx
"""

from docx import Document
from openpyxl import Workbook
from rig.people import HEADINGS, people

for language in ("pl", "ru", "ja"):
    book = Workbook()
    sheet = book.active
    sheet.title = "Customers"
    sheet.append(HEADINGS[language])
    for person in people(60, language):
        sheet.append(person.row)
    for column, width in zip("ABCDE", (16, 30, 18, 16, 10), strict=True):
        sheet.column_dimensions[column].width = width
    sheet.page_setup.orientation = "landscape"
    book.save(f"printed-{language}.xlsx")

letter = Document()
letter.add_heading("Customer visits", 1)
letter.add_paragraph("We met the people below in spring. Please call them before the end of the month. " * 5)
for language in ("en", "de", "fr"):
    for person in people(3, language):
        letter.add_paragraph(f"{person.name}, {person.email}, {person.phone}", style="List Bullet")
table = letter.add_table(0, 4)
for person in people(12, "de")[3:]:
    for cell, value in zip(table.add_row().cells, person.row, strict=False):
        cell.text = value
letter.save("printed-letter.docx")
