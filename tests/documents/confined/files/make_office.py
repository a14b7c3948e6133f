"""Makes the files written by LibreOffice: run `python make_office.py` here, with LibreOffice installed.

A letter with customers in a table, an address in the header, and a presentation with the same table.
"""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[2]))

from rig.files.office import odt, word  # noqa: E402
from rig.people import HEADINGS, people  # noqa: E402


def convert(source: Path, *formats: str) -> None:
    for kind in formats:
        command = ["soffice", "--headless", "--convert-to", kind, "--outdir", str(HERE), str(source)]
        subprocess.run(command, check=True)
    source.unlink()


for language, formats in (("de", ("odt", "rtf")), ("ru", ("odt", "rtf"))):
    letter = HERE / f"letter-{language}.docx"
    rows = [HEADINGS[language], *(person.row for person in people(10, language))]
    letter.write_bytes(word(rows, ["Hello"], header="head@shop.example"))
    convert(letter, *formats)
rows = [HEADINGS["ja"], *(person.row for person in people(10, "ja"))]
letter = HERE / "written-ja.odt"
letter.write_bytes(odt(rows, ["Hello"]))
convert(letter, "docx", "rtf")
