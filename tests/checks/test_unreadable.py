"""What could not be read is said."""

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


def test_what_was_read_is_no_finding() -> None:
    """Silence where all is well."""
    assert _findings((Document("1"), Document("2", "a.csv"))) == []


def test_each_kind_is_one_finding() -> None:
    """Places are counted and named, kinds sorted."""
    documents = (
        Document("1", "a.zip", unreadable=(Unreadable.ENCRYPTED,)),
        Document("2", "b.zip", unreadable=(Unreadable.ENCRYPTED, Unreadable.BROKEN)),
    )
    assert _findings(documents) == [
        Finding("unreadable", 1, "part 2, b.zip", "broken", "broken"),
        Finding("unreadable", 2, "part 1, a.zip; part 2, b.zip", "encrypted", "encrypted"),
    ]


def test_a_fault_names_type_and_place() -> None:
    """Each place in our code once; the count is that of the documents."""
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
    """A finding must not disclose anybody itself."""
    (finding,) = _findings((Document("2", "ann@x.example.zip", unreadable=(Unreadable.ENCRYPTED,)),))
    assert finding.where == "part 2, ‹address›"


def test_a_message_cut_short_is_over_limit() -> None:
    """Only the defect that means something was not read; a missing boundary hides nothing."""
    defects = (Defect(Flaw.OVER_LIMIT, "2"), Defect(Flaw.MISSING_BOUNDARY, "1"))
    assert _findings((), defects) == [Finding("unreadable", 1, "2", "over limit", "over_limit")]


def test_a_thousand_places_are_not_all_named() -> None:
    """Five are enough to look at."""
    (finding,) = _findings(tuple(Document(str(n), unreadable=(Unreadable.BROKEN,)) for n in range(1000)))
    assert (finding.count, finding.where) == (1000, "part 0; part 1; part 2; part 3; part 4; …")
