"""Documents that must be held: data of `PEOPLE` people each, in many languages and forms."""

from collections.abc import Callable, Sequence

from people.corpus.invented import Person, people

PEOPLE = 40

Cells = Callable[[Person], Sequence[str]]


def table(language: str, header: str, cells: Cells, delimiter: str = ",", title: str = "") -> str:
    """Return delimited text; `header` has `|` between its words and is empty for none."""
    rows = [header.split("|")] if header else []
    rows += [list(cells(person)) for person in people(language, PEOPLE)]
    return title + "\n".join(delimiter.join(_quoted(cell, delimiter) for cell in row) for row in rows) + "\n"


def _quoted(cell: str, delimiter: str) -> str:
    return f'"{cell}"' if delimiter in cell else cell


def lines(language: str, form: str, before: str = "", after: str = "", between: str = "\n") -> str:
    """Return running text with one `form` (a format string over `p`) for each person."""
    return before + between.join(form.format(p=person) for person in people(language, PEOPLE)) + after


TABLES: dict[str, str] = {
    "crm export": table(
        "en",
        "CustomerID|FirstName|LastName|CustomerEmail|Phone 1|Plan|Price",
        lambda p: (p.number, p.given, p.family, p.email, p.phone, "Gold", "12.90"),
    ),
    "newsletter list": table(
        "en", "email|first_name|opt_in|signup_date", lambda p: (p.email, p.given, "yes", "2024-03-01")
    ),
    "only logins and addresses": table(
        "en", "username,alt_email".replace(",", "|"), lambda p: (p.login, p.email)
    ),
    "payroll": table(
        "en", "Employee No|Name|Date of Birth|Salary", lambda p: (p.number, p.name, p.born, "41,200")
    ),
    "payroll with accounts": table(
        "de",
        "PersNr;Name;IBAN;Gehalt".replace(";", "|"),
        lambda p: (p.number, p.name, p.iban, "3.950,00"),
        ";",
    ),
    "grades": table("de", "Nr.;Name;Note".replace(";", "|"), lambda p: ("1", p.last_first, "2,3"), ";"),
    "diagnoses": table("en", "Patient|Diagnosis", lambda p: (p.name, "Asthma")),
    "codes of diseases": table("fr", "", lambda p: (p.name, f"F{p.postcode[:2]}.{p.postcode[2]}"), "\t"),
    "salaries": table("en", "name|annual salary|sex", lambda p: (p.name, p.postcode, "F")),
    "gehälter": table("de", "Mitarbeiter|Abteilung|Brutto-Gehalt", lambda p: (p.name, "QS", "3.950,00"), ";"),
    "syndicats": table("fr", "Nom|Prénom|Syndicat", lambda p: (p.family, p.given, "CFDT"), ";"),
    "confesiones": table("es", "Nombre|Apellidos|Religión", lambda p: (p.given, p.family, "católica"), ";"),
    "karalność": table("pl", "Imię i nazwisko|Karalność", lambda p: (p.name, "tak"), ";"),
    "patients": table("en", "MRN|Patient|DOB|Ward", lambda p: (p.number, p.last_first, p.born, "4B"), "\t"),
    "class list": table(
        "en", "Pupil|Date of birth|Form|Parent phone", lambda p: (p.name, p.born, "7a", p.phone)
    ),
    "donors without mail": table(
        "en", "Donor|Street|City|Postcode|Gift", lambda p: (p.name, p.street, p.town, p.postcode, "£20")
    ),
    "cards": table("en", "cardholder|card number|expires", lambda p: (p.name.upper(), p.card, "11/27"), "|"),
    "kundenliste": table(
        "de",
        "Kunden-Nr.|Anrede|Vorname|Nachname|E-Mail-Adresse|Straße|PLZ|Ort",
        lambda p: (p.number, "Frau", p.given, p.family, p.email, p.street, p.postcode, p.town),
        ";",
    ),
    "kunden_nr und name": table(
        "de", "kunden_nr|kunde|umsatz", lambda p: (p.number, p.name, "1.200,00"), ";"
    ),
    "mitgliederliste": table(
        "de", "Mitgliedsnummer|Name|Geb.-Datum|Beitrag", lambda p: (p.number, p.name, p.born, "60 €"), "\t"
    ),
    "telefonliste verein": table("de", "Name|Telefon (privat)", lambda p: (p.name, p.phone), ";"),
    "geburtstage": table("de", "Nachname|Vorname|Geburtstag", lambda p: (p.family, p.given, p.born), ";"),
    "hotel bookings": table(
        "en", "Booking|Guest|Mobile|Arrival|Room", lambda p: ("B1", p.name, p.phone, "2024-08-01", "204")
    ),
    "clients français": table(
        "fr",
        "N° client|Nom|Prénom|Courriel|Tél.|Solde",
        lambda p: (p.number, p.family, p.given, p.email, p.phone, "0,00"),
        ";",
    ),
    "adhérents": table(
        "fr", "Nom|Prénom|Adresse|Ville", lambda p: (p.family, p.given, p.street, p.town), ";"
    ),
    "clientes": table(
        "es",
        "Nombre|Apellidos|Correo electrónico|Teléfono móvil",
        lambda p: (p.given, p.family, p.email, p.phone),
        ";",
    ),
    "alumnos": table("es", "Alumno|Fecha de nacimiento|Curso", lambda p: (p.name, p.born, "3º B"), ";"),
    "clienti": table(
        "it", "Codice cliente|Cognome|Nome|Cellulare", lambda p: (p.number, p.family, p.given, p.phone), ";"
    ),
    "soci": table("it", "Nominativo|Data di nascita|Indirizzo", lambda p: (p.name, p.born, p.street), ";"),
    "clientes pt": table(
        "pt",
        "N.º de cliente|Nome completo|Telemóvel|E-mail",
        lambda p: (p.number, p.name, p.phone, p.email),
        ";",
    ),
    "utentes": table("pt", "Nome|Data de nascimento|Morada", lambda p: (p.name, p.born, p.street), ";"),
    "klanten": table(
        "nl", "Klantnummer|Naam|E-mailadres|Woonplaats", lambda p: (p.number, p.name, p.email, p.town), ";"
    ),
    "leden": table("nl", "Voornaam|Achternaam|Geboortedatum", lambda p: (p.given, p.family, p.born), ";"),
    "klienci": table(
        "pl",
        "Nr klienta|Imię i nazwisko|Adres e-mail|Telefon",
        lambda p: (p.number, p.name, p.email, p.phone),
        ";",
    ),
    "uczniowie": table("pl", "Imię|Nazwisko|Data urodzenia", lambda p: (p.given, p.family, p.born), "\t"),
    "kunder": table("sv", "Kundnummer|Namn|E-post|Ort", lambda p: (p.number, p.name, p.email, p.town), ";"),
    "medlemmar": table(
        "sv",
        "Förnamn|Efternamn|Gatuadress|Postnummer",
        lambda p: (p.given, p.family, p.street, p.postcode),
        ";",
    ),
    "müşteriler": table(
        "tr", "Müşteri No|Ad Soyad|E-posta|Cep Telefonu", lambda p: (p.number, p.name, p.email, p.phone), ";"
    ),
    "üyeler": table("tr", "Adı|Soyadı|Doğum Tarihi", lambda p: (p.given, p.family, p.born), ";"),
    "medlemsliste": table("da", "Navn|Adresse|Telefon", lambda p: (p.name, p.street, p.phone), ";"),
    "asiakkaat": table("fi", "Asiakasnumero|Nimi|Sähköposti", lambda p: (p.number, p.name, p.email), ";"),
    "zákazníci": table(
        "cs", "Jméno a příjmení|Telefon|Datum narození", lambda p: (p.name, p.phone, p.born), ";"
    ),
    "ügyfelek": table("hu", "Név|E-mail cím|Lakcím", lambda p: (p.name, p.email, p.street), ";"),
    "kliyente": table(
        "tl",
        "Pangalan|Apelyido|Numero ng telepono|Tirahan",
        lambda p: (p.given, p.family, p.phone, p.street),
        ";",
    ),
    "顧客名簿": table(
        "ja", "顧客番号|氏名|電話番号|住所", lambda p: (p.number, f"{p.family} {p.given}", p.phone, p.street)
    ),
    "会員": table("ja", "会員ID|お名前|メールアドレス", lambda p: (p.number, p.family + p.given, p.email)),
    "клиенты": table("ru", "Имя|Фамилия|Телефон", lambda p: (p.given, p.family, p.phone), ";"),
    # Tables without a meaningful header.
    "no header": table("en", "", lambda p: (p.name, p.email, p.phone)),
    "no header, no mail": table("de", "", lambda p: (p.name, p.phone, p.town), ";"),
    "no header, births": table("it", "", lambda p: (p.family, p.given, p.born), ";"),
    "no header, accounts": table("nl", "", lambda p: (p.name, p.iban, "25,00"), ";"),
    "no header, streets": table("sv", "", lambda p: (p.name, p.street, p.postcode, p.town), "\t"),
    "headers that say nothing": table("fr", "c1|c2|c3|c4", lambda p: ("x", p.name, p.email, "ok")),
    "headers that lie": table("es", "Product|Colour|Size", lambda p: (p.name, p.email, p.phone)),
    "an account manager of ours beside": table(
        "en",
        "Account manager|Manager e-mail|Customer|Customer phone",
        lambda p: ("Jane Roe", "jane.roe@corp.example", p.name, p.phone),
    ),
    "title rows above": table(
        "de",
        "Kunde|E-Mail|Ort",
        lambda p: (p.name, p.email, p.town),
        ";",
        "Auswertung Filiale Nord;;\nStand 1. März;;\n",
    ),
    "mailbox in one cell": table(
        "en", "Contact|Segment|Score", lambda p: (f"{p.name} <{p.email}>", "B", "7")
    ),
    "everything in capitals": table("pl", "KLIENT|TELEFON", lambda p: (p.name.upper(), p.phone), ";"),
}

TEXTS: dict[str, str] = {
    "one in a line": lines("en", "{p.name}, {p.email}, {p.phone}"),
    "mailboxes and phones": lines("de", "{p.name} <{p.email}> {p.phone}"),
    "mailboxes in one line": lines("en", "{p.name} <{p.email}>", "Please write to ", between="; "),
    "family first, in one line": lines("sv", "{p.last_first} <{p.email}>", between="; "),
    "family first and phone": lines("es", "{p.last_first} {p.phone}", "Los socios:\n\n"),
    "family first, dots": lines("de", "{p.last_first} ........................ {p.phone}"),
    "family first and address": lines("it", "{p.last_first}; {p.street}; {p.postcode} {p.town}"),
    "bullets": lines("fr", "- {p.name} : {p.email}", "Bonjour,\n\nvoici les inscrits :\n"),
    "numbered": lines("es", "7. {p.name} - {p.phone}", "Hola,\n\n", "\n\nUn saludo"),
    "labels": lines("en", "Name: {p.name}\nE-mail: {p.email}\nPhone: {p.phone}", between="\n\n"),
    "labels without blank lines": lines("de", "Name: {p.name}\nGeburtsdatum: {p.born}\nTelefon: {p.phone}"),
    "labels fr": lines(
        "fr",
        "Nom : {p.family}\nPrénom : {p.given}\nNé(e) le : {p.born}\nCourriel : {p.email}",
        between="\n\n",
    ),
    "labels of diseases": lines(
        "en", "Patient: {p.name}\nDiagnosis: asthma", "See below.\n\n", between="\n\n"
    ),
    "étiquettes": lines("fr", "Nom : {p.name}\nOrigine ethnique : inconnue", between="\n\n"),
    "aligned, religion": "{:<30} {}\n".format("Name", "Konfession") + lines("de", "{p.name:<30} rk"),
    "labels ja": lines(
        "ja", "氏名：{p.family} {p.given}\n電話番号：{p.phone}\n住所：{p.street}", between="\n\n"
    ),
    "labels tr": lines(
        "tr", "Ad Soyad: {p.name}\nE-posta: {p.email}\nTelefon: {p.phone}", between="\n---\n\n"
    ),
    "address blocks": lines(
        "de", "{p.name}\n{p.street}\n{p.postcode} {p.town}\nTel. {p.phone}", between="\n\n"
    ),
    "envelopes": lines(
        "en", "{p.name}\n{p.street}\n{p.town} {p.postcode}", "Labels to print:\n\n", between="\n\n"
    ),
    "prose": lines(
        "de", "Frau {p.name} erreichen Sie unter {p.email} oder {p.phone}.", "Guten Tag,\n\n", between=" "
    ),
    "aligned columns": lines("nl", "{p.name:<30}{p.phone:<20}{p.town}"),
    "aligned, births": lines("cs", "{p.name:<30} {p.born:<14} {p.town}"),
    "two lines each": lines("fi", "{p.name}\n{p.email}", "Osallistujat:\n"),
    "quoted reply": lines("it", "> {p.name} {p.email} {p.phone}", "See below.\n\n"),
    "accounts": lines("pl", "{p.name} {p.iban} 120,00 EUR"),
    "born": lines("de", "{p.name}, geb. {p.born}"),
    "births at a glance": lines("sv", "{p.name}, {p.born}"),
    "streets in a line": lines("pt", "{p.name}, {p.street}, {p.town}"),
}
