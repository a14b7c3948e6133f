"""Any bytes are XML, or say why they are not."""

from holdback.documents.confined.writing.xml import open_xml
from rig.opening import exhaust

SEEDS = "xml"


def check(data: bytes) -> None:
    """The opener ends, within its budget, without an exception of its own."""
    exhaust(open_xml, data)
