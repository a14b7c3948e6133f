"""The messages that the bench sends, from two kilobytes to a whole customer table. All invented."""

from collections.abc import Iterator
from dataclasses import dataclass
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

from messages import people, provider_csv
from rig.files.everything import WRITERS
from rig.people import HEADINGS
from rig.people import people as customers

SENDER, RECIPIENT = "tom@mongrelsocks.example", "ada.ahlberg@alderbank.example"
SENTENCE = "The parcel left our workshop in Mill Lane this morning and should be with you by Thursday.\n"


@dataclass(frozen=True, slots=True)
class Letter:
    """One kind of message."""

    name: str
    raw: bytes
    """RFC 5322, LF line ends."""
    count: int
    """How many to send in one round: about a second's worth."""


def letters() -> list[Letter]:
    """All five, in the order of their size."""
    return [
        Letter("2 KB text", mail(MIMEText(SENTENCE * 20)), 400),
        Letter("3 KB reply", mail(MIMEText(_reply(), "plain", "utf-8")), 400),
        Letter("20 KB html+text", mail(_newsletter()), 400),
        Letter("1.3 MB catalogue csv", mail(attached("catalogue.csv", _catalogue().encode())), 40),
        Letter("3.4 MB customer csv", mail(attached("customers.csv", _customers().encode())), 8),
    ]


def formats() -> Iterator[Letter]:
    """The same customers in every format that Holdback reads."""
    rows = [HEADINGS["en"], *(person.row for person in customers(20_000))]
    for name, writer in WRITERS.items():
        yield Letter(name, mail(attached(f"customers.{name}", writer(rows))), 6)


def mail(content: MIMEText | MIMEMultipart) -> bytes:
    for name, value in (
        ("From", SENDER),
        ("To", RECIPIENT),
        ("Subject", "Your order"),
        ("Message-ID", "<1@x.example>"),
    ):
        content[name] = value
    return content.as_bytes()


def _reply() -> str:
    """An answer above the quoted mail, each with a signature: addresses, phones, a date."""
    ours = f"Tom Castell\nMongrel Socks, Mill Lane 7\nphone +44 1632 960123, {SENDER}\n"
    theirs = f"Ada Ahlberg | Alder Bank | T +44 20 7946 0123 | M +44 7700 900123 | {RECIPIENT}\n"
    quoted = f"{SENTENCE * 8}\n-- \n{theirs}".replace("\n", "\n> ")
    said = f"On 12 March 2026 at 10:15, Ada Ahlberg <{RECIPIENT}> wrote:\n"
    return f"Dear Ada,\n\n{SENTENCE * 8}\n-- \n{ours}\n{said}> {quoted}\n"


def _newsletter() -> MIMEMultipart:
    rows = [
        f'<tr><td style="padding:4px"><a href="https://mongrelsocks.example/p/{n}">Sock {n}</a></td>'
        f'<td align="right">{5 + n / 10:.2f}</td></tr>\n'
        for n in range(64)
    ]
    paragraph = f"<p style='margin:0 0 12px'>{SENTENCE}</p>\n"
    style = "<style>td { color: #333 }</style>"
    html = f"<html><head>{style}</head><body>{paragraph * 90}<table>{''.join(rows)}</table></body></html>"
    return MIMEMultipart("alternative", "=-letter", [MIMEText(SENTENCE * 20), MIMEText(html, "html")])


def attached(name: str, content: bytes) -> MIMEMultipart:
    attachment = MIMEApplication(content, "octet-stream", name=name)
    attachment.add_header("Content-Disposition", "attachment", filename=name)
    return MIMEMultipart("mixed", "=-letter", [MIMEText(SENTENCE * 5), attachment])


def _catalogue() -> str:
    """Articles, no people."""
    lines = [
        f"MS-{100_000 + n},Sock {35 + n % 12},merino {n % 90 + 10} %,{n % 100 / 4:.2f},EUR,{n * 7 % 500}"
        for n in range(26_000)
    ]
    return "\n".join(["article,name,material,price,currency,stock", *lines]) + "\n"


def _customers() -> str:
    return provider_csv(people(20_000))
