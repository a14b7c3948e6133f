"""Any bytes are PDF, or say why they are not."""

from holdback.documents.confined.pdf.document import open_pdf
from rig.opening import exhaust

SEEDS = "pdf"


def check(data: bytes) -> None:
    """The opener ends, within its budget, without an exception of its own."""
    exhaust(open_pdf, data)
