"""Names with diagnoses, pay, grades, beliefs, offences; and tables that only resemble such."""

from collections.abc import Sequence

import pytest
from holdback.documents import Document, Table, Text
from holdback.people.fields.kinds import Field, in_words
from people.corpus.invented import LANGUAGES, people
from rig.opening import disclosed_by

COUNT = 24
_EVERYBODY = [person for language in LANGUAGES for person in people(language, 3)][:40]

HEADINGS = {
    "en": "Name|Diagnosis|Annual salary|Grade|Religion|Trade union|Ethnicity|Sexual orientation|Convictions",
    "de": "Name|Diagnose|Bruttogehalt|Note|Konfession|Gewerkschaft|Ethnische Herkunft|Sexuelle Orientierung"
    "|Vorstrafen",
    "fr": "Nom|Diagnostic|Salaire brut|Note|Religion|Syndicat|Origine ethnique|Orientation sexuelle"
    "|Condamnations",
    "es": "Nombre|Diagnóstico|Sueldo|Nota|Religión|Afiliación sindical|Etnia|Orientación sexual"
    "|Antecedentes penales",
    "it": "Nome|Diagnosi|Stipendio|Voto|Religione|Sindacato|Etnia|Orientamento sessuale|Condanne",
    "pt": "Nome|Diagnóstico|Salário|Nota|Religião|Sindicato|Etnia|Orientação sexual|Antecedentes criminais",
    "nl": "Naam|Ziektebeeld|Salaris|Cijfer|Geloof|Vakbond|Etniciteit|Seksuele geaardheid|Strafblad",
    "pl": "Imię i nazwisko|Choroba|Wynagrodzenie|Ocena|Wyznanie|Związek zawodowy|Pochodzenie etniczne"
    "|Orientacja seksualna|Karalność",
    "sv": "Namn|Diagnos|Månadslön|Betyg|Trosuppfattning|Fackförbund|Etniskt ursprung|Sexuell läggning|Brott",
    "tr": "Ad Soyad|Tanı|Maaş|Not|Din|Sendika|Etnik köken|Cinsel yönelim|Sabıka kaydı",
    "da": "Navn|Sygdom|Månedsløn|Karakter|Religion|Fagforening|Etnisk oprindelse|Seksuel orientering"
    "|Straffeattest",
    "fi": "Nimi|Sairaus|Kuukausipalkka|Arvosana|Uskonto|Ammattiliitto|Etninen tausta"
    "|Seksuaalinen suuntautuminen|Rikosrekisteri",
    "cs": "Jméno a příjmení|Diagnóza|Mzda|Známka|Náboženství|Odbory|Etnický původ|Sexuální orientace"
    "|Trestný čin",
    "hu": "Név|Betegség|Fizetés|Jegy|Vallás|Szakszervezet|Etnikai származás|Szexuális orientáció"
    "|Bűncselekmény",
    "tl": "Pangalan|Sakit|Sweldo|Marka|Relihiyon|Unyon|Etnisidad|Oryentasyong seksuwal|Krimen",
    "ja": "氏名|診断名|給与|成績|宗教|労働組合|民族|性的指向|犯罪歴",
    "ru": "ФИО|Диагноз|Зарплата|Оценка|Вероисповедание|Профсоюз|Национальность|Сексуальная ориентация"
    "|Судимость",
}  # fmt: skip
FIELDS = {
    Field.HEALTH: ("Asthma", "Diabetes type 2", "Depression", "HIV"),
    Field.PAY: ("41,200", "3.950,00 €", "52k", "E 11"),
    Field.GRADE: ("2", "1,7", "B+", "14"),
    Field.BELIEF: ("rk", "ev", "none of the above", "Muslim"),
    Field.UNION: ("yes", "Unite", "GMB", "ver.di"),
    Field.ORIGIN: ("White British", "Roma", "Black African", "mixed"),
    Field.ORIENTATION: ("gay", "bi", "straight", "prefers not to say"),
    Field.OFFENCE: ("theft 2019", "yes", "fraud", "assault"),
}
"""A field, and values that do not show what they are."""


def cells(field: Field, count: int) -> list[str]:
    values = FIELDS[field]
    return [values[number % len(values)] for number in range(count)]


def rows(header: Sequence[str], *columns: Sequence[str]) -> Document:
    return Document("1", tables=(Table([list(header), *map(list, zip(*columns, strict=True))]),))


def names(language: str) -> list[str]:
    return [one.name if language != "ja" else one.family + one.given for one in people(language, COUNT)]


def found(document: Document) -> tuple[int, str]:
    subjects = disclosed_by(document)
    return len(subjects.people), in_words(subjects.fields)


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: in_words(field))
@pytest.mark.parametrize("language", HEADINGS)
def test_a_name_beside_what_is_sensitive(language: str, field: Field) -> None:
    """A table of two columns, in every language; the finding says what the second one holds."""
    name, *headings = HEADINGS[language].split("|")
    heading = headings[list(FIELDS).index(field)]
    document = rows((name, heading), names(language), cells(field, COUNT))
    assert found(document) == (COUNT, in_words(Field.NAME | field))


@pytest.mark.parametrize(
    "heading",
    [
        "Medical condition", "Disability?", "Blood group", "Sick days (2024)", "Pregnant (y/n)",
        "vaccination_status",
        "Krankheitstage", "Grad der Behinderung", "Schwangerschaft", "Arrêts maladie", "Grossesse",
        "Groupe sanguin",
        "Embarazo", "Baja médica", "Gravidanza", "Ziekteverzuim", "ICD-10", "既往歴", "Sjukfrånvaro",
        "Base Salary (EUR)", "basePay", "hourly_rate", "Jahresbrutto", "Entgeltgruppe", "Vergütung",
        "Rémunération",
        "Retribución", "Brutoloon", "年収", "Pensja",
        "Final grade", "Exam mark", "Abschlussnote", "Moyenne générale", "Calificación", "Tentamencijfer",
        "Kirchensteuermerkmal", "Political affiliation", "Parteizugehörigkeit", "Opinions politiques",
        "Union member", "Gewerkschaftsmitglied", "Iscrizione sindacale", "Race/Ethnicity",
        "Migrationshintergrund",
        "Criminal record", "Disciplinary action", "Abmahnungen", "Casier judiciaire", "Sanciones", "Reati",
    ],
)  # fmt: skip
def test_headings(heading: str) -> None:
    """Headings as people write them, above values that fit any of them."""
    people_ = people("de", COUNT)
    values = [str(number % 6 + 1) for number in range(COUNT)]
    document = rows(
        ("Nr", "Vorname", "Nachname", heading),
        list(map(str, range(COUNT))),
        [one.given for one in people_],
        [one.family for one in people_],
        values,
    )
    assert found(document)[0] == COUNT


@pytest.mark.parametrize("language", ["en", "de", "fr", "pl", "ru"])
@pytest.mark.parametrize("header", ["|", "Column1|Column2", "qwx|zrb", "Name|Code", "Patient|Dx"])
def test_codes_of_diseases_speak_for_themselves(language: str, header: str) -> None:
    """ICD-10 with its subdivision, whatever the heading."""
    codes = [f"{'FEJIKC'[number % 6]}{number + 10}.{number % 10}" for number in range(COUNT)]
    document = rows(header.split("|"), names(language), codes)
    assert found(document) == (COUNT, "name, health")


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("Rank|Name|Team|Points", "{n}|{p.name}|SV {p.town}|{n}"),
        ("Platz|Name|Verein|Zeit|Note", "{n}|{p.name}|SV {p.town}|1:{n:02}|{g},5"),
        ("Spieler|Mannschaft|Note", "{p.name}|SV {p.town}|{g}"),
        ("Joueur|Équipe|Sanction", "{p.name}|FC {p.town}|2 matchs"),
        ("Athlete|Nation|Mark", "{p.name}|{p.town}|8:{n:02}.31"),
        ("Date|On call|Note", "2024-03-{n:02}|{p.name}|call the plant first"),
        ("Datum|Dienst|Bemerkung", "{n:02}.03.2024|{p.name}|spät"),
        ("Name|Notes", "{p.name}|sent the plans on Monday"),
        ("Nom|Note", "{p.name}|à rappeler la semaine {n}"),
        ("Nombre|Nota", "{p.name}|llamar por la mañana"),
        ("Name|Aufgabe|Bis", "{p.name}|Angebot {n} prüfen|{n:02}.04.2024"),
        ("Sales rep|Product|Price", "{p.name}|Desk lamp {n}|{n}.90"),
        ("Verkäufer;Artikel;Preis", "{p.name};Lampe {n};{n},90"),
        ("Vendeur|Produit|Prix|Remise", "{p.name}|Lampe {n}|{n},90|5 %"),
        ("Speaker|Talk|Room", "{p.name}|Depression and work, part {n}|R{g}"),
        ("Dozent|Kurs|Raum", "{p.name}|Religion und Recht {n}|R{g}"),
        ("Intervenant|Cours|Salle", "{p.name}|Les syndicats, volet {n}|S{g}"),
        ("Author|Title|Journal", "{p.name}|Treatment of asthma {n}|BMJ {n}"),
        ("Autor|Titel|Jahr", "{p.name}|Diagnose und Therapie {n}|20{n:02}"),
        ("Candidate|Exam|Date|Room", "{p.name}|Mathematics|2024-06-{n:02}|H{g}"),
        ("Schüler|Fach|Prüfungstermin", "{p.name}|Religion|{n:02}.06.2024"),
        ("Élève|Matière|Salle", "{p.name}|Religion|S{g}"),
        ("Department|Salaries|Head count", "Department {n}|{n}41,200|{g}"),
        ("Kostenstelle;Löhne und Gehälter", "Abteilung {n};{n}41.200"),
        ("Service|Masse salariale", "Service {n}|{n}41 200"),
        ("Job title|Median salary|Country", "Senior Engineer {n}|4{n},200|Sweden"),
        ("Beruf|Gehalt", "Fachkraft Stufe {n}|3.{n}50 €"),
        ("Métier|Salaire médian", "Technicien {n}|3{n}00"),
        ("Pet|Breed|Owner|Diagnosis", "Rex {n}|Beagle|{p.name}|dermatitis"),
        ("Tier|Tierart|Besitzer|Diagnose", "Bello {n}|Hund|{p.name}|Arthrose"),
        ("Ticket|Device|Customer|Diagnosis", "T-{n}|Printer {g}|{p.name}|paper jam"),
        ("Kennzeichen|Kunde|Diagnose", "CE-AB {n}|{p.name}|Bremsbelag verschlissen"),
        ("Wein|Winzer|Note", "Riesling {n}|{p.name}|{g},5"),
        ("Product|Designer|Grade", "Chair {n}|{p.name}|A"),
        ("Name|Grade level|Teacher", "{p.name}|Grade {g}|Jane Roe"),
        ("Name|Lat|Lon", "{p.name}|52.{n}1405|13.{n}4050"),
        ("Member|Pay date", "{p.name}|2024-03-{n:02}"),
        ("Name|Room", "{p.name}|B{n}.{g}"),
        ("Name|Krankenkasse", "{p.name}|AOK"),
        ("Name|Union Jack size", "{p.name}|{n} cm"),
        ("Employee|Salary review meeting", "{p.name}|Monday, with Jane"),
        ("Candidate|Party|Constituency", "{p.name}|Independents|North {n}"),
        ("Name|Lieferschein-Note", "{p.name}|LS-{n}"),
    ],
)  # fmt: skip
def test_what_resembles_it(header: str, row: str) -> None:
    """League tables, rotas, remarks, price lists, programmes, timetables, budgets, benchmarks, animals."""
    delimiter = ";" if ";" in header else "|"
    body = [
        row.format(n=number + 10, g=number % 5 + 1, p=person).split(delimiter)
        for number, person in enumerate(_EVERYBODY)
    ]
    assert found(Document("1", tables=(Table([header.split(delimiter), *body]),)))[0] == 0


def test_one_person_in_many_rows_is_one() -> None:
    """A pay slip a month: the name is the person's, the amount is not."""
    person = people("en", 1)[0]
    slips = [(person.name, f"Month {number}", f"4{number},200") for number in range(12)]
    assert found(rows(("Name", "Month", "Salary"), *zip(*slips, strict=True)))[0] == 1


def _form(language: str, label: str, second: str, between: str) -> str:
    values = cells(Field.HEALTH, COUNT)
    return between.join(
        f"{label}: {one.name}\n{second}: {value}"
        for one, value in zip(people(language, COUNT), values, strict=True)
    )


@pytest.mark.parametrize("between", ["\n\n", "\n", "\n---\n\n"])
@pytest.mark.parametrize(
    ("language", "label", "second"),
    [
        ("en", "Name", "Diagnosis"), ("de", "Name", "Diagnose"), ("fr", "Nom ", "Maladie "), ("it", "Nome",
        "Malattia"),
        ("es", "Nombre", "Enfermedad"), ("en", "Employee", "Religion"), ("pl", "Pacjent", "Choroba"),
        ("sv", "Namn", "Diagnos"), ("ru", "ФИО", "Диагноз"), ("en", "Patient", "Disability"),
    ],
)  # fmt: skip
def test_labels(language: str, label: str, second: str, between: str) -> None:
    """`Name: X`, `Diagnosis: Y`, without a number or an address in the text."""
    text = "Dear all,\n\n" + _form(language, label, second, between) + "\n\nRegards\nJane\n"
    assert found(Document("1", texts=(Text(text),)))[0] == COUNT


@pytest.mark.parametrize(
    ("label", "second"),
    [("Name", "Team"), ("Speaker", "Talk"), ("Name", "Aufgabe"), ("Referent", "Thema"), ("Nom ", "Salle ")],
)
def test_labels_of_something_else(label: str, second: str) -> None:
    """A programme, a rota."""
    assert found(Document("1", texts=(Text(_form("en", label, second, "\n\n")),)))[0] == 0


def _aligned(header: Sequence[str], body: Sequence[Sequence[str]]) -> str:
    return "\n".join("".join(f"{cell:<32}" for cell in row).rstrip() for row in [header, *body])


@pytest.mark.parametrize("field", [Field.HEALTH, Field.PAY, Field.BELIEF])
@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "it", "pl", "sv", "ru"])
@pytest.mark.parametrize("around", ["{}", "Dear Ann,\n\nsee below:\n\n{}\n\nRegards\nJane\n", "> {}"])
def test_columns_of_text(language: str, field: Field, around: str) -> None:
    """Columns aligned with blanks in the body of a mail."""
    name, *headings = HEADINGS[language].split("|")
    body = list(zip(names(language), cells(field, COUNT), strict=True))
    text = _aligned((name, headings[list(FIELDS).index(field)]), body)
    text = around.format(text.replace("\n", "\n> ") if around.startswith(">") else text)
    assert found(Document("1", texts=(Text(text),)))[0] == COUNT


def test_columns_of_text_about_something_else() -> None:
    """A rota and a league table, aligned with blanks."""
    for header in (("Name", "Room"), ("Name", "Team"), ("Department", "Salaries")):
        body = [(one.name if header[0] == "Name" else f"Unit {one.family}", "R 12") for one in _EVERYBODY]
        assert found(Document("1", texts=(Text(_aligned(header, body)),)))[0] == 0
