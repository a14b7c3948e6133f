"""The check for unreadable parts."""

from holdback.checks.evidence import Evidence
from holdback.checks.unreadable import unreadable
from holdback.documents import Document, Unreadable
from holdback.documents.fault import Fault
from holdback.mail import Defect, Envelope, Flaw, Message
from holdback.people.knowledge import Knowledge
from holdback.people.parties.domains import company_domains
from holdback.verdict import Finding

_KNOWLEDGE = Knowledge(company_domains(["corp.example"]))


def _findings(documents: tuple[Document, ...], defects: tuple[Defect, ...] = ()) -> list[Finding]:
    return list(unreadable(Evidence(Envelope(), Message(defects=defects), documents, _KNOWLEDGE)))


def test_no_finding_without_unreadable_parts() -> None:
    """Documents that were read give no finding."""
    assert _findings((Document("1"), Document("2", "a.csv"))) == []


def test_each_kind_is_one_finding() -> None:
    """Kinds are sorted; places are counted and named."""
    documents = (
        Document("1", "a.zip", unreadable=(Unreadable.ENCRYPTED,)),
        Document("2", "b.zip", unreadable=(Unreadable.ENCRYPTED, Unreadable.BROKEN)),
    )
    assert _findings(documents) == [
        Finding("unreadable", 1, "part 2, b.zip", "broken", "broken"),
        Finding("unreadable", 2, "part 1, a.zip; part 2, b.zip", "encrypted", "encrypted"),
    ]


def test_a_fault_names_type_and_place() -> None:
    """Each place in our code is named once; the count is the number of documents."""
    key, index = Fault("KeyError", "xlsx.py:210"), Fault("IndexError", "page.py:7")
    documents = [
        Document(str(number), f"{number}.pdf", unreadable=(Unreadable.FAULT,), fault=fault)
        for number, fault in enumerate((key, index, key), 1)
    ]
    assert _findings(tuple(documents)) == [
        Finding(
            "unreadable",
            3,
            "part 1, 1.pdf; part 2, 2.pdf; part 3, 3.pdf",
            "fault in Holdback: KeyError at xlsx.py:210; IndexError at page.py:7",
            "fault",
        )
    ]


def test_an_address_in_a_file_name_is_masked() -> None:
    """A finding must not disclose an address."""
    (finding,) = _findings((Document("2", "ann@x.example.zip", unreadable=(Unreadable.ENCRYPTED,)),))
    assert finding.where == "part 2, ‹address›"


def test_a_message_cut_short_is_over_limit() -> None:
    """Other defects, such as a missing boundary, give no finding."""
    defects = (Defect(Flaw.OVER_LIMIT, "2"), Defect(Flaw.MISSING_BOUNDARY, "1"))
    assert _findings((), defects) == [Finding("unreadable", 1, "2", "over limit", "over_limit")]


def test_at_most_five_places_are_named() -> None:
    """The count covers all of them."""
    (finding,) = _findings(tuple(Document(str(n), unreadable=(Unreadable.BROKEN,)) for n in range(1000)))
    assert (finding.count, finding.where) == (1000, "part 0; part 1; part 2; part 3; part 4; …")
