"""Makes the spreadsheets in this folder: `python make_spreadsheets.py`, with LibreOffice on the path.

They hold twelve customers on a first sheet, four on a hidden second one, and addresses outside the cells.
"""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[2]))

import openpyxl  # noqa: E402
from openpyxl.comments import Comment  # noqa: E402
from rig.people import HEADINGS, people  # noqa: E402

FORMATS = ("xlsx", "xls", "ods", "xltx", "xlt", "ots")


def workbook() -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    first, second = book.active, book.create_sheet("Früher")
    first.title, second.sheet_state = "Kunden", "hidden"
    first.append(["Stand Mai"])
    first.append([])
    for sheet, found in ((first, people(12, "de")), (second, people(16, "fr")[12:])):
        sheet.append([*HEADINGS["de"], "Seit", "Umsatz", "Nummer"])
        for number, person in enumerate(found):
            sheet.append([*person.row, None, 1234.5 + number, 491711234567 + number])
            sheet.cell(sheet.max_row, 6).value = f"=DATE(2024,5,{number + 1})"
            sheet.cell(sheet.max_row, 6).number_format = "yyyy-mm-dd"
    first["A1"].comment = Comment("ask comment@customers.example", "somebody")
    first.oddHeader.center.text = "header@customers.example"
    first["B1"].hyperlink = "mailto:link@customers.example"
    first["B1"] = "write to us"
    book.properties.creator = "author@customers.example"
    return book


def main() -> None:
    with TemporaryDirectory() as folder:
        source = Path(folder, "customers.xlsx")
        workbook().save(source)
        for wanted in FORMATS:
            out = Path(folder, "out")
            subprocess.run(
                ["soffice", "--headless", "--convert-to", wanted, "--outdir", out, source], check=True
            )
            (out / f"customers.{wanted}").replace(HERE / f"customers.{wanted}")


if __name__ == "__main__":
    main()
