"""Documents that must pass: everyday business documents that resemble lists of people."""

from people.corpus.invented import LANGUAGES, iban, people


def _rows(header: str, row: str, count: int = 60, delimiter: str = ",") -> str:
    """Return delimited text; `row` is a format string over the numbers n, a, b, c, which vary."""
    body = [row.format(n=n, a=n * 7919 % 97 + 1, b=n * 104_729 % 9_973, c=n % 5) for n in range(1, count + 1)]
    return "\n".join([header, *body] if header else body).replace("|", delimiter) + "\n"


def _cycle(words: str, row: str, header: str = "", delimiter: str = ",", count: int = 60) -> str:
    """Return delimited text with `{w}` replaced by each of `words` in turn."""
    cycle = words.split("/")
    body = [row.format(w=cycle[n % len(cycle)], n=n, a=n * 37 % 97 + 1) for n in range(count)]
    return "\n".join([header, *body] if header else body).replace("|", delimiter) + "\n"


_EVERYBODY = [person for language in LANGUAGES for person in people(language, 5)]
_PRODUCTS = (
    "Desk Lamp Florence/Garden Chair Victoria/Kettle Alexander/Rug Sofia/Mug Charlotte"
    "/Table Oscar/Shelf Billy/Curtain Emma"
)
_COMPANIES = (
    "Brinkmann GmbH/Whitcombe & Sons/Delcourt SARL/Zanetti S.p.A./Lindqvist AB"
    "/Hoekstra BV/Ibarrola S.L./Acme Ltd/Nagel AG"
)
_TOWNS = (
    "Port Arthur/San Diego/Saint Louis/Santa Maria/Fort Wayne/Los Angeles/El Paso/Santa Rosa"
    "/New London/San Marino"
)
_DEPARTMENTS = (
    "Human Resources/Research and Development/Quality Control/Customer Service"
    "/Legal Affairs/Plant Maintenance"
)

TABLES: dict[str, str] = {
    "price list": _rows("SKU|Name|EAN|Price", "A-{n}|Desk lamp {n}|40{b:05}{a:05}{c}|{a}.90", 200),
    "price list with supplier contact": _cycle(
        "Jane Roe,jane@supplier.example,+44 20 7946 0991/Max Roe,max@parts.example,+44 20 7946 0992",
        "Desk lamp {n},{a}.90,{w}",
        "Product,Price,Contact,E-mail,Phone",
    ),
    "support address repeated": _rows(
        "Product|Version|Support", "Module {n}|1.{a}|support@vendor.example", 200
    ),
    "support address beside names": "\n".join(
        [
            "Machine,Inspector,Support",
            *(f"M{n},{p.name},support@vendor.example" for n, p in enumerate(_EVERYBODY)),
        ]
    ),
    "products with women's names": _cycle(
        _PRODUCTS, "P{n}|{w}|{a}.00|in stock", "Product ID|Name|Price|Status"
    ),
    "products without header": _cycle(_PRODUCTS, "{n}|{w}|{a}.00", delimiter=";"),
    "stations": _cycle(_TOWNS, "{n}|{w}|{a}:15|{a}", "Stop|Name|Arrival|Platform"),
    "organisations": _cycle(
        _COMPANIES,
        "{n}|{w}|https://c{n}.example|Sweden|{a}",
        "Index|Name|Website|Country|Number of employees",
    ),
    "organisations with phones": _cycle(
        _COMPANIES,
        "{w}|+44 20 7946 00{a:02}|info@c{n}.example|{n} High Street",
        "Company|Phone|E-mail|Address",
    ),
    "suppliers": _cycle(
        _COMPANIES,
        "S-{n}|{w}|0511 5500{a:02}|Industriestr. {n}|Celle",
        "Lieferanten-Nr.|Lieferant|Telefon|Straße|Ort",
        ";",
    ),
    "invoices": _cycle(
        _COMPANIES, "2024-{n:05}|2024-03-01|{w}|{a}00.00|paid", "Invoice no|Date|Customer|Amount|Status"
    ),
    "orders": _rows("Order No|Customer No|Date|Total", "ORD{b:05}|C{n:04}|2024-02-{c}1|{a}.40", 300),
    "departments": _cycle(
        _DEPARTMENTS, "{n}|{w}|Operations|2008-04-30", "DepartmentID|Name|GroupName|ModifiedDate"
    ),
    "ids and ages": _rows("customer_id|age|region|score", "{b}|{a}|north|{c}", 300),
    "ids and births of animals": _rows("Ear tag|Breed|Weight", "DE{b:06}|Holstein|{a}0", 200),
    "timetable": _rows("Zug|Ab|An|Gleis", "ICE {b}|0{c}:15|1{c}:37|{a}", 100, ";"),
    "log": _rows("", "2024-03-01 10:15:{a:02}|192.0.2.{a}|GET /item/{b}|200|{b}", 300),
    "packages": _rows("package|version|maintainer", "lib{b}|2.{a}.{c}|Build Team", 200),
    "exam statistics": _rows("Candidate|Year of birth|Points|Grade", "{n}|19{a:02}|{b}|B", 200),
    "sports results": "\n".join(
        [
            "Rank,Name,Club,Year,Time",
            *(f"{n},{p.name},SV {p.town},{1970 + n % 30},1:{n % 60:02}:07" for n, p in enumerate(_EVERYBODY)),
        ]
    ),
    "conference speakers": "\n".join(
        [
            "Speaker;Company;Talk;Room",
            *(f"{p.name};Acme {n};Queues in practice {n};R{n % 4}" for n, p in enumerate(_EVERYBODY)),
        ]
    ),
    "rota": "\n".join(
        ["Date,On call", *(f"2024-03-{n % 28 + 1:02},{p.name}" for n, p in enumerate(_EVERYBODY))]
    ),
    "league table": "\n".join(
        [
            "Platz;Name;Verein;Punkte",
            *(f"{n};{p.name};SV {p.town};{n}" for n, p in enumerate(_EVERYBODY)),
        ]
    ),
    "player ratings": "\n".join(
        [
            "Spieler;Mannschaft;Note",
            *(f"{p.name};SV {p.town};{n % 5 + 1},5" for n, p in enumerate(_EVERYBODY)),
        ]
    ),
    "remarks": "\n".join(
        ["Name;Note", *(f"{p.last_first};call again in week {n}" for n, p in enumerate(_EVERYBODY))]
    ),
    "prices by sales rep": "\n".join(
        ["Sales rep,Product,Price", *(f"{p.name},Desk lamp {n},{n}.90" for n, p in enumerate(_EVERYBODY))]
    ),
    "exam timetable": "\n".join(
        [
            "Student,Exam,Date",
            *(f"{p.name},Religion,2024-06-{n % 28 + 1:02}" for n, p in enumerate(_EVERYBODY)),
        ]
    ),
    "pets": "\n".join(
        ["Pet,Breed,Owner,Diagnosis", *(f"Rex,Beagle,{p.name},dermatitis" for p in _EVERYBODY)]
    ),
    "salaries by job": _rows("Job title|Median salary|Country", "Engineer, grade {n}|4{b:04}|Sweden"),
    "budget": _cycle(_DEPARTMENTS, "{w}|{a}41,200|{n}", "Department|Salaries|Heads", ";"),
    "extensions": "\n".join(
        ["Name,Ext.,Room", *(f"{p.name},{4100 + n},B{n}" for n, p in enumerate(_EVERYBODY))]
    ),
    "our own staff": "\n".join(
        ["Name;E-Mail;Telefon", *(f"{p.name};{p.login}@corp.example;{p.phone}" for p in _EVERYBODY)]
    ),
    "delivery notes of one customer": "\n".join(
        [
            "Note,Customer,E-mail,Phone,Street",
            *(f"L{n},Jane Roe,jane@home.example,020 7946 0991,1 Mill Road" for n in range(80)),
        ]
    ),
    "statement with shops": _cycle(
        _COMPANIES,
        f"2024-03-01|{{w}}|{iban('370400440532013000')}|-{{a}}.90",
        "Buchung|Empfänger|IBAN|Betrag",
        ";",
    ),
    "measurements": _rows("time|sensor|value|unit", "2024-03-01T10:{a:02}:00Z|s{c}|{a}.{b}|mm", 300),
    "exchange rates": _rows("Date|USD|GBP|JPY", "2024-03-{c}1|1.0{a}|0.8{a}|16{c}.{a}", 100),
    "network devices": _rows(
        "Name|IP address|MAC address|Serial", "switch-{n}|192.0.2.{a}|00:11:22:33:44:{a:02}|SN{b:08}", 100
    ),
    "files": _rows("Name|Size|Modified|Owner", "report_{n}.pdf|{b}|2024-03-01 10:00|root", 100),
    "courses": _cycle("Yoga/Pilates/Spanish/Bread/Chess", "{n}|{w}|Room {a}|18:00", "Nr|Kurs|Ort|Zeit", ";"),
    "books": "\n".join(
        [
            "Title,Author,ISBN,Year",
            *(f"Book {n},{p.name},978055010{n:04},{1950 + n % 70}" for n, p in enumerate(_EVERYBODY)),
        ]
    ),
    "songs": "\n".join(
        [
            "Track,Artist,Album,ms",
            *(f"Song {n},{p.name},Album {n % 9},{200000 + n * 331}" for n, p in enumerate(_EVERYBODY)),
        ]
    ),
    "towns": _cycle(_TOWNS, "{w}|{a}{a}{a}|9{n:04}", "Name|Population|ZIP"),
    "polling stations": _cycle(_TOWNS, "{w}|{n} Main Street|9{n:04}", "Polling station|Address|ZIP"),
    "branches": _cycle(_TOWNS, "Filiale {w}|0511 5500{a:02}|Hauptstr. {n}", "Filiale|Telefon|Adresse", ";"),
    "registrations by day": _rows("Day|Sign-ups|E-mails sent|Opt-outs", "2024-03-{c}1|{a}|{b}|{c}", 100),
    "headcount": _cycle(_DEPARTMENTS, "{w}|{a}|{n}", "Department|Employees|Vacancies"),
    "survey": _rows("respondent|q1|q2|q3", "{n}|{c}|{c}|agree", 300),
    "hardware with IMEI": _rows("Device|IMEI|Price", "Phone {n}|35{b:06}{b:06}{c}|{a}9.00", 100),
    "bill of materials": _rows(
        "Pos|Part no|Description|Qty", "{n}|0815-{b:06}|Screw M{c}x{a}|{a}", 200, "\t"
    ),
    "flights": _rows("Flight|From|To|Dep|Arr", "LH{b}|FRA|JFK|0{c}:20|1{c}:50", 100),
    "accounts of the ledger": _rows("Konto|Bezeichnung|Saldo", "{b}|Erlöse {n} %|{a}00,00", 100, ";"),
}

_LINK = "https://shop.example/c/{n}?utm_source=mail"
TEXTS: dict[str, str] = {
    "newsletter": "Spring sale!\n\n"
    + "\n".join(f"Offer {n}: 20 % off\n{_LINK.format(n=n)}" for n in range(30))
    + "\n\nUnsubscribe: "
    "news@shop.example\nShop Ltd, 12 High Street, London\n",
    "reply with many readers": "Fine with me.\n\n-----Original Message-----\nFrom: Jane Roe"
    " <jane@x.example>\nSent: Monday\nTo: "
    + "; ".join(f"{p.name} <{p.email}>" for p in _EVERYBODY)
    + "\nSubject: Picnic\n\nDear all\n",
    "antwort, viele leser": "Passt.\n\n> Von: Jane Roe <jane@x.example>\n> Gesendet: Montag\n> An: "
    + ",\n>  ".join(f"{p.name} <{p.email}>" for p in _EVERYBODY)
    + "\n> Betreff: Ausflug\n>\n> Hallo\n",
    "apple forward": "Begin forwarded message:\n\n> From: Jane Roe <jane@x.example>\n> Subject:"
    " Picnic\n> Date: 1 March 2024\n> To: " + ", ".join(p.email for p in _EVERYBODY) + "\n\nHello\n",
    "thread": "\n".join(
        f"{'>' * n} On 1 March 2024 {p.name} <{p.email}> wrote:\n{'>' * n} ok"
        for n, p in enumerate(_EVERYBODY[:40])
    ),
    "programme": "Programme\n\n"
    + "\n".join(f"{9 + n % 8}:00  {p.name} (Acme): Queues, part {n}" for n, p in enumerate(_EVERYBODY)),
    "courses on diseases": "\n".join(
        f"{9 + n % 8}:00  {p.name}: Diagnosis and treatment of asthma, part {n}"
        for n, p in enumerate(_EVERYBODY)
    ),
    "minutes": "Minutes of 12.03.2024\n\nPresent: "
    + ", ".join(p.name for p in _EVERYBODY)
    + "\n\n1. Budget 2024: 120.000,00 EUR\n",
    "one signature": "Dear Sir\n\nThe offer 2024-118 stands until 30.04.2024.\n\nKind"
    " regards\nJane Roe\nAcme Ltd\n1 Mill Road\nTel. +44 20 7946 0991\n"
    "jane.roe@acme.example\n",
    "mail log": "\n".join(
        f"Mar  1 10:15:{n % 60:02} mx postfix/smtp[{3000 + n}]: 4C{n:05X}: to=<{p.email}>,"
        f" relay=mx.example[192.0.2.1]:25, delay=0.4, status=sent"
        for n, p in enumerate(_EVERYBODY)
    ),
    "message ids": "\n".join(
        f"message-id=<20240301101500.{n:06}.{n * 7919:09}@mail.shop.example>" for n in range(300)
    ),
    "commits": "\n\n".join(
        f"commit {n:040x}\nAuthor: {p.name} <{p.email}>\nDate:   Fri Mar 1 10:15:00 2024"
        f" +0100\n\n    Fix the queue, part {n}"
        for n, p in enumerate(_EVERYBODY)
    ),
    "trailers": "\n".join(f"Signed-off-by: {p.name} <{p.email}>" for p in _EVERYBODY),
    "source": "\n".join(
        f"def f{n}(name: str, email: str) -> None:\n    send(name, 'a{n % 3}@test.example', {n * 100_003})"
        for n in range(80)
    ),
    "schema": "CREATE TABLE customer (\n"
    + ",\n".join(
        f"  {c} VARCHAR(80) NOT NULL"
        for c in ["first_name", "last_name", "email", "phone", "street", "city", "birth_date", "iban"]
    )
    + "\n);\n",
    "manifest": '{"name": "shop", "author": "Jane Roe <jane@x.example>", "dependencies": {'
    + ", ".join(f'"pkg{n}": "^{n}.1.0"' for n in range(80))
    + "}}",
    "icon names": "\n".join(f'<img src="icon{n}@2x.png" alt="Icon {n}">' for n in range(200)),
    "pins": "\n".join(f"pkg-{n}@{n}.4.2" for n in range(200)),
    "orders in prose": "\n".join(
        f"Order 4711-{n:06} of 12.03.2024, total 1.{n:03},00 EUR" for n in range(80)
    ),
    "dates": "\n".join(f"{n % 28 + 1:02}.{n % 12 + 1:02}.2024 delivery {n * 1009}" for n in range(200)),
    "calendar": "\n".join(
        f"BEGIN:VEVENT\nUID:2024030110150{n:04}00@corp.example\n"
        f"DTSTART:20240301T1015{n % 60:02}Z\nSUMMARY:Round {n}\nEND:VEVENT"
        for n in range(60)
    ),
    "branches in prose": "\n".join(
        f"Filiale {town} 0511 5500{n:02}" for n, town in enumerate(_TOWNS.split("/") * 6)
    ),
    "cv": "Curriculum vitae\n\nName: Jane Roe\nBorn: 12.03.1985\nE-mail:"
    " jane@home.example\nPhone: +44 20 7946 0991\n\n"
    + "\n".join(f"{2004 + n}-{2005 + n}  Engineer, Acme {n} Ltd" for n in range(20)),
}
