"""The golden mails: `tests/golden/mails/NN-name.eml`, each with a `.want` file.

A `.want` file has a comment with the reason, the action, and a line `check count` for every finding:

    # A two-person shop mails its offer to 60 customers in To (incident 4).
    hold
    visible_recipients 60
"""

from dataclasses import dataclass
from pathlib import Path

from holdback.mail import Envelope, Limits, read

MAILS = Path(__file__).parent.parent / "golden" / "mails"
OUTSIDER = "ann@customer.example"


@dataclass(frozen=True, slots=True)
class Golden:
    """One mail and its expected verdict; the company is `corp.example`."""

    name: str
    raw: bytes
    why: str
    action: str
    findings: tuple[tuple[str, int], ...]

    @property
    def envelope(self) -> Envelope:
        """Envelope with all visible recipients, or with one external recipient if none is visible."""
        visible = read(self.raw, Limits()).visible
        return Envelope("jane@corp.example", tuple(a.key for a in visible) or (OUTSIDER,))


def goldens() -> list[Golden]:
    """Return all golden mails, in order."""
    return [_golden(path) for path in sorted(MAILS.glob("*.eml"))]


def _golden(path: Path) -> Golden:
    why, action, *findings = path.with_suffix(".want").read_text("utf-8").splitlines()
    counts = tuple((check, int(count)) for check, count in map(str.split, findings))
    return Golden(path.stem, path.read_bytes(), why.removeprefix("# "), action, counts)
