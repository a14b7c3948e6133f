"""The confined reader with a mistake in one opener: after the text of a PDF page it raises KeyError.

python faulty_child.py MEMORY
"""

import sys
from unittest.mock import patch

SECRET = "secret@customer.example"


def fail(*words: object) -> None:
    raise KeyError(SECRET)


def main() -> None:
    from holdback.documents.confined.pdf import document
    from holdback.reader import __main__ as program

    # Raises AttributeError if there is no such function any more.
    patch.object(document, "notes", fail).start()
    program.main(int(sys.argv[-1]))


if __name__ == "__main__":
    main()
