"""The sample messages of `make run`: an ordinary mail, and three published accidents.

All people and firms are invented and the same in every run. `python messages.py DIRECTORY` writes the
messages as files, for instance to try `holdback scan DIRECTORY`.
"""

import csv
import io
import sys
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import formataddr
from pathlib import Path

import xlsxwriter

SHOP, PHONES, BROADBAND = "mongrelsocks.example", "bigphones.example", "broadband.example"
AIRLINE, COMPUTERS = "fairwings.example", "boxpc.example"
"""The firms whose outbound mail is guarded."""


def words(text: str) -> list[str]:
    return text.split()


FIRST = words("""
    Ada Bela Carl Dina Emil Fina Gero Hana Ivo Jule Karl Lena Milo Nora Olaf Pia Quim Rosa Sven
    Tilda Ugo Vera Wim Xenia Yann Zora Anton Berta Cleo Dario Elsa Falk Greta Hugo Ines Jonas Kaja
""")
LAST = words("""
    Ahlberg Bruns Castell Dorn Ebner Falter Gruber Haller Ingram Jensen Kessler Lindqvist Moreau
    Norden Okafor Pohl Quandt Reuter Sandoval Thorne Ulrich Vance Winter Xander Young Zeller Abbott
    Bianchi Corvin Dahl Engel Fiedler Garland Holm Ivers Jordan Kramer Larsen Maurer Nowak Olsen
    Prior Rask Stein Tanaka Urban Vogel Weiss Ansel Brandt Colby Drew Eaton
""")
TREES = words("""
    alder ash aspen bay beech birch box cedar cherry cypress elder elm fir hazel holly juniper larch
    laurel lime maple oak olive pine plum poplar rowan spruce walnut willow
""")
PLACES = words("""
    bank barn bay beach bridge brook cliff cottage court cove creek dale farm field ford forge
    garden gate glen grove harbour heath hill house lake lane mill park point ridge spring
    stream valley view well wood yard
""")
PLANS = (("Broadband Basic", "14.99"), ("Broadband Plus", "21.99"), ("Broadband Premier", "29.99"))
PHONE_RANGES = ("7700 900", "1632 960", "113 496 0", "20 7946 0", "117 496 0")
PROVIDER_COLUMNS = (
    "service_id,username,full_name,product_name,subscription_charge,postmaster_email,alt_email,visp,"
    "optout_status,active_status,real_name"
)


@dataclass(frozen=True, slots=True)
class Person:
    """One customer. The name lists have coprime lengths, so neighbours share neither name nor domain."""

    number: int

    @property
    def name(self) -> str:
        return f"{FIRST[self.number % len(FIRST)]} {LAST[self.number % len(LAST)]}"

    @property
    def login(self) -> str:
        return self.name.lower().replace(" ", ".") + (str(self.number) if self.number >= 1_961 else "")

    @property
    def address(self) -> str:
        domain = TREES[self.number % len(TREES)] + PLACES[self.number % len(PLACES)]
        return f"{self.login}@{domain}.example"

    def __str__(self) -> str:
        return formataddr((self.name, self.address))


@dataclass(frozen=True, slots=True)
class Sample:
    """One message and its envelope."""

    name: str
    """`02-socks`: the file name without its ending."""
    what: str
    """Description for the table."""
    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    """The message (RFC 5322) in ASCII with LF line ends."""

    @property
    def message_id(self) -> str:
        return f"<{self.name}@{self.sender.partition('@')[2]}>"


def people(count: int) -> list[Person]:
    return [Person(number) for number in range(count)]


def provider_csv(customers: Iterable[Person]) -> str:
    """The table that the internet provider mailed out in 2006, with its columns."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(PROVIDER_COLUMNS.split(","))
    for person in customers:
        number, login, name = person.number, person.login, person.name
        product, charge = PLANS[number % len(PLANS)]
        out, active = "YN"[number % 2], "active" if number % 11 else "closed"
        postmaster = f"postmaster@{login.replace('.', '-')}.{BROADBAND}"
        account = (100_000 + 7 * number, login, name, product, charge, postmaster, person.address)
        table.writerow((*account, "broadband", out, active, name))
    return text.getvalue()


def passengers(count: int) -> list[Person]:
    """The airline's customers, who are no customers of the other firms."""
    return [Person(number) for number in range(30_000, 30_000 + count)]


def passenger_csv(customers: Iterable[Person]) -> str:
    """The export of the airline's customer database."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(words("customer_no name email phone postcode"))
    for person in customers:
        number = person.number
        # Numbers that the regulator keeps free for stories like this one.
        phone = f"+44 {PHONE_RANGES[number // 1000 % len(PHONE_RANGES)]}{number % 1000:03}"
        postcode = f"AB{number % 90 + 10} {number % 9 + 1}CD"
        table.writerow((f"FW{200_000 + 3 * number}", person.name, person.address, phone, postcode))
    return text.getvalue()


def price_list() -> str:
    """An ordinary attachment: a table without people."""
    colours, sizes = ("black", "navy", "moss", "rust"), ("35-38", "39-42", "43-46")
    rows = [(colour, size) for colour in colours for size in sizes]
    lines = [
        f"MS-{100 + n},Hiking sock {colour},{size},{6.5 + n / 4:.2f}" for n, (colour, size) in enumerate(rows)
    ]
    return "\n".join(["article,name,size,price", *lines]) + "\n"


def sample(
    name: str,
    what: str,
    sender: str,
    text: str,
    subject: str,
    to: Iterable[object] = (),
    cc: Iterable[object] = (),
    attached: tuple[str, bytes] | None = None,
) -> Sample:
    """A message to all addresses in `to` and `cc`; `attached` is name and content of a file."""
    message: MIMEText | MIMEMultipart = MIMEText(text, "plain", "us-ascii")
    if attached:
        attachment = MIMEApplication(attached[1], "octet-stream", name=attached[0])
        attachment.add_header("Content-Disposition", "attachment", filename=attached[0])
        message = MIMEMultipart("mixed", boundary=f"=-{name}", _subparts=[message, attachment])
    shown, copied = [str(one) for one in to], [str(one) for one in cc]
    addresses = tuple(one.rpartition("<")[2].rstrip(">") for one in shown + copied)
    made = Sample(name, what, sender, addresses, b"")
    message["From"] = sender
    message["To"] = ", ".join(shown)
    if copied:
        message["Cc"] = ", ".join(copied)
    message["Subject"] = subject
    message["Date"] = "Mon, 05 Mar 2007 09:00:00 +0000"
    message["Message-ID"] = made.message_id
    return Sample(name, what, sender, addresses, message.as_bytes())


def ordinary() -> Sample:
    text = (
        "Hello Ada,\n\nhere is the price list you asked for. The moss ones are back!\n\nTom, Mongrel Socks\n"
    )
    return sample(
        "01-ordinary",
        "an ordinary mail with a price list attached",
        f"tom@{SHOP}",
        text,
        "Our price list",
        to=people(1),
        cc=[f"sue@{SHOP}"],
        attached=("prices.csv", price_list().encode()),
    )


def socks() -> Sample:
    text = "Dear friends of good socks,\n\nuntil Friday every second pair is free!\n\nTom and Sue\n"
    what = "the socks offer, 60 customers in To"
    return sample("02-socks", what, f"tom@{SHOP}", text, "Two for one!", to=people(60))


def promotion() -> Sample:
    text = "Be the first to hold the new phone. Order before the end of the month and get a case on top.\n"
    what = "the promotion, 1,000 customers in Cc"
    sender = f"promotions@{PHONES}"
    return sample("03-promotion", what, sender, text, "The new phone is here", to=[sender], cc=people(1_000))


def table_attached() -> Sample:
    text = "Hello,\n\nplease print and post the letters to these customers.\n\nCustomer care\n"
    return sample(
        "04-table-attached",
        "the provider's 20,000 customers as an attachment",
        f"care@{BROADBAND}",
        text,
        "Letters to print",
        to=["orders@printinghouse.example"],
        attached=("customers.csv", provider_csv(people(20_000)).encode()),
    )


def table_zipped() -> Sample:
    """The table as a spreadsheet in a zip file."""
    text = "Hello,\n\nhere are the customers again, smaller this time.\n\nCustomer care\n"
    return sample(
        "05-table-zipped",
        "the same 20,000 as a spreadsheet in a zip file",
        f"care@{BROADBAND}",
        text,
        "Letters to print, again",
        to=["orders@printinghouse.example"],
        attached=("customers.zip", zipped("customers.xlsx", workbook(provider_csv(people(20_000))))),
    )


def workbook(table: str) -> bytes:
    """The rows of a CSV as an xlsx file with one sheet."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "constant_memory": True}) as book:
        sheet = book.add_worksheet("Customers")
        for number, row in enumerate(csv.reader(io.StringIO(table))):
            sheet.write_row(number, 0, row)
    return content.getvalue()


def zipped(name: str, content: bytes) -> bytes:
    """A zip file with one member."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(name, content)
    return archive.getvalue()


def table_as_body(reader: Person) -> Sample:
    """One copy of a mailing whose text is, by mistake, the list of its recipients."""
    what = "the same 20,000 as the text of a mailing"
    text = provider_csv(people(20_000))
    name = f"06-table-as-body-{reader.number + 1}"
    return sample(name, what, f"news@{BROADBAND}", text, "News from your provider", to=[reader])


def all_samples(copies: int = 3) -> list[Sample]:
    """Every message in the order of the table; the mailing in `copies` copies, each to one customer."""
    attachments = [table_attached(), table_zipped()]
    return [ordinary(), socks(), promotion(), *attachments, *map(table_as_body, people(copies))]


def main(directory: Path) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    for one in all_samples():
        (directory / f"{one.name}.eml").write_bytes(one.raw)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: messages.py DIRECTORY")
    main(Path(sys.argv[1]))
