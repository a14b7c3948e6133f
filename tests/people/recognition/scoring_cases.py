"""Two small tables for each number of the scoring: one has just enough of something, the other has not."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from people.recognition.small_tables import (
    BIRTHS,
    CARDS,
    CODES,
    DISEASES,
    EMAILS,
    GIVEN,
    GRADES,
    IBANS,
    MAILBOXES,
    NAMES,
    NUMBERED,
    PERMITS,
    PHONES,
    ROOMS,
    SINGLE,
    SSNS,
    STREETS,
    WARES,
    WORDS,
    Rows,
    born,
    cycle,
    remarks,
    some,
    table,
)

INITIALS = [f"{name[0]}. {name.split()[-1]}" for name in NAMES]


@dataclass(frozen=True, slots=True)
class Limit:
    """One number of the scoring, and two tables at its two sides."""

    value: str
    """The name of the number."""
    case: str
    """What the tables have; the docstring of the number names it."""
    at: Rows
    """Enough of it."""
    found: str
    """The layout of `at`, in words."""
    stricter: float
    """What the number must not be, or `at` is read differently."""
    below: Rows
    """Not enough of it."""
    missed: str
    """The layout of `below`, in words."""
    laxer: float
    """What the number must not be, or `below` is read differently."""


def _sample() -> Iterator[Limit]:
    titles = [[f"Report {word}", ""] for word in WORDS]
    listed = table("Kunde|E-Mail", NAMES, EMAILS)
    yield Limit(
        "header_rows",
        "lines of title",
        [*titles[:11], *listed],
        "12 above, EMAIL 1: 20, NAME 0: 20",
        11,
        [*titles[:12], *listed],
        "0 above, NAME 0: 33, EMAIL 1: 20",
        13,
    )
    wide = ["x"] * 399
    yield Limit(
        "columns",
        "many columns",
        [[*wide, email] for email in EMAILS],
        "0 above, EMAIL 399: 20",
        399,
        [["x", *wide, email] for email in EMAILS],
        "0 above",
        401,
    )
    yield Limit(
        "values",
        "addresses at the end",
        table("Kunde|E-Mail", [], [NUMBERED[0], *remarks(51), *NUMBERED[1:13]]),
        "1 above, EMAIL 1: 13",
        63,
        table("Kunde|E-Mail", [], [*NUMBERED[:12], *remarks(52), *NUMBERED[12:16]]),
        "1 above",
        68,
    )
    yield Limit(
        "first_values",
        "remarks before addresses",
        table("Kunde|Notiz", [], [*remarks(11), *NUMBERED[:20]]),
        "1 above, EMAIL 1: 20",
        11,
        table("Kunde|Notiz", [], [*remarks(12), *NUMBERED[:20]]),
        "1 above",
        13,
    )
    lees = [f"lee{row}@x.example" for row in range(70)]
    yield Limit(
        "rows",
        "names repeated at the end",
        table("Notiz|E-Mail", [*["Lee"] * 17, *remarks(42), "Lee", *remarks(10)], lees),
        "1 above, EMAIL 1: 70, NAME 0: 70",
        59,
        table("Notiz|E-Mail", [*["Lee"] * 17, *remarks(43), *["Lee"] * 3, *remarks(7)], lees),
        "1 above, EMAIL 1: 70",
        63,
    )


def _headers() -> Iterator[Limit]:
    yield Limit(
        "header_known",
        "one known heading",
        table("E-Mail|Zustand|Menge", EMAILS, WORDS[:20], WORDS[:20]),
        "1 above, EMAIL 0: 20",
        0.34,
        table("E-Mail|Zustand|Menge|Farbe", EMAILS, *[WORDS[:20]] * 3),
        "0 above, EMAIL 0: 20",
        0.25,
    )
    unknown = "|".join(f"{word} {word}" for word in WORDS[:10])
    yield Limit(
        "header_certain",
        "known headings among many",
        table(f"Vorname|Nachname|Telefon|Ort|{unknown}", GIVEN, GIVEN, PHONES, WORDS[:20]),
        "1 above, PHONE 2: 20, NAME 0+1: 12",
        5,
        table(f"Vorname|Nachname|Telefon|{unknown}", GIVEN, GIVEN, PHONES),
        "0 above, PHONE 2: 20, NAME 0: 13",
        3,
    )
    yield Limit(
        "header_below",
        "a title above the header",
        [["Report", ""], *table("Kunde|E-Mail", NAMES, EMAILS)],
        "2 above, EMAIL 1: 20, NAME 0: 20",
        3,
        [["Report", ""], *table("x|E-Mail", NAMES, EMAILS)],
        "0 above, NAME 0: 21, EMAIL 1: 20",
        1,
    )
    yield Limit(
        "header_blanks",
        "a street like a heading",
        table("", NAMES, [f"Lange Strasse {number}" for number in range(1, 21)]),
        "0 above, STREET 1: 20, NAME 0: 20",
        3,
        table("Kunde|Telefon 1", NAMES, PHONES),
        "1 above, NAME 0: 20, PHONE 1: 20",
        1,
    )


def _columns() -> Iterator[Limit]:
    for value, case, heading, field, values, at in (
        ("email_by_heading", "few addresses", "E-Mail", "EMAIL", EMAILS, 4),
        ("phone_by_heading", "few phones", "Telefon", "PHONE", PHONES, 6),
        ("iban_by_heading", "few accounts", "IBAN", "IBAN", IBANS, 4),
        ("card_by_heading", "half of the cards", "Card number", "CARD", CARDS, 10),
        ("national_id_by_heading", "half of the national numbers", "SSN", "NATIONAL_ID", PERMITS, 10),
        ("birth_by_heading", "half of the births", "DOB", "BIRTH", BIRTHS, 10),
        ("login_by_heading", "most logins", "Username", "LOGIN", CODES, 12),
        ("id_by_heading", "most customer numbers", "Customer ID", "ID", CODES, 16),
        ("sensitive_by_heading", "grades and remarks", "Note", "GRADE", GRADES, 12),
        ("street_by_heading", "some streets", "Street", "STREET", STREETS, 8),
        ("email_by_values", "unannounced addresses", "Notiz", "EMAIL", EMAILS, 10),
        ("iban_by_values", "unannounced accounts", "Notiz", "IBAN", IBANS, 12),
        ("card_by_values", "unannounced cards", "Notiz", "CARD", CARDS, 16),
        ("national_id_by_values", "unannounced national numbers", "Notiz", "NATIONAL_ID", SSNS, 14),
        ("phone_by_values", "unannounced phones", "Notiz", "PHONE", PHONES, 12),
        ("street_by_values", "unannounced streets", "Notiz", "STREET", STREETS, 10),
        ("disease_by_values", "unannounced diseases", "Notiz", "HEALTH", DISEASES, 16),
        ("birth_by_values", "unannounced births", "Notiz", "BIRTH", born(*range(1960, 2000, 2)), 16),
    ):
        yield Limit(
            value,
            case,
            table(f"Kunde|{heading}", NAMES, some(values, at)),
            f"1 above, NAME 0: 20, {field} 1: {at}",
            (at + 1) / 20,
            table(f"Kunde|{heading}", NAMES, some(values, at - 1)),
            "1 above",
            (at - 1) / 20,
        )
    yield Limit(
        "street_distinct",
        "a street of several people",
        table("Kunde|Notiz", NAMES, cycle(STREETS[:5])),
        "1 above, NAME 0: 20, STREET 1: 20",
        0.3,
        table("Kunde|Notiz", NAMES, cycle(STREETS[:4])),
        "1 above",
        0.2,
    )


def _births() -> Iterator[Limit]:
    for value, case, at, stricter, below, laxer in (
        ("birth_count", "few dates", (1960, 1970, 1980, 1990, 2000), 6, (1960, 1970, 1990, 2000), 4),
        ("birth_span", "dates of one generation", (1980, *range(1983, 1999), 2005), 26,
            (1980, *range(1983, 1999), 2004), 24),
        ("birth_oldest", "dates of young people", (*range(1984, 2003), 2010), 1983,
            (*range(1985, 2003), 2010), 1985),
        ("birth_median", "dates of children", (1980, 1981, *[2009] * 4), 2008, (1980, 1981, *[2010] * 4),
            2010),
    ):  # fmt: skip
        yield Limit(
            value,
            case,
            table("Kunde|Notiz", NAMES, born(*at)),
            f"1 above, NAME 0: 20, BIRTH 1: {len(at)}",
            stricter,
            table("Kunde|Notiz", NAMES, born(*below)),
            "1 above",
            laxer,
        )


def _name_parts() -> Iterator[Limit]:
    def name_part(first: Sequence[str]) -> Rows:
        return table("Vorname|Notiz|E-Mail", first, CODES[:20], EMAILS)

    def both(family: Sequence[str]) -> Rows:
        return table("Prénom|Nom|E-Mail", SINGLE[:20], family, EMAILS)

    yield Limit(
        "name_part",
        "codes among given names",
        name_part(some(SINGLE, 12, CODES)),
        "1 above, EMAIL 2: 20, NAME 0: 12",
        0.65,
        name_part(some(SINGLE, 11, CODES)),
        "1 above, EMAIL 2: 20",
        0.55,
    )
    yield Limit(
        "name_part_any",
        "codes among family names",
        both(some(SINGLE, 16, CODES)),
        "1 above, EMAIL 2: 20, NAME 0+1: 16",
        0.85,
        both(some(SINGLE, 15, CODES)),
        "1 above, EMAIL 2: 20, NAME 0: 20",
        0.75,
    )
    yield Limit(
        "name_part_full",
        "full names next to given names",
        both(some(WARES, 11, SINGLE)),
        "1 above, EMAIL 2: 20, NAME 0+1: 20",
        0.55,
        both(some(WARES, 12, SINGLE)),
        "1 above, EMAIL 2: 20, NAME 0: 20",
        0.65,
    )


def _names() -> Iterator[Limit]:
    for value, case, heading, values, at, others, size, named, less in (
        ("name_by_heading", "rooms among names", "Full name", NAMES, 10, ROOMS, 20, 10, 0),
        ("name_shaped", "wares among names", "Full name", WARES, 6, SINGLE[6:], 20, 20, 0),
        ("name_known", "given names among words", "Full name", GIVEN, 6, SINGLE, 20, 20, 0),
        ("any_name_shaped", "customers and single words", "Kunde", NAMES, 10, SINGLE, 20, 10, 0),
        ("any_name_known", "strange customers", "Kunde", NAMES, 3, WARES, 25, 25, 0),
        ("any_name_single", "customers' given names", "Kunde", GIVEN, 10, SINGLE, 20, 20, 0),
        ("other_shaped", "unannounced people and words", "Ort", NAMES, 12, SINGLE, 20, 12, 0),
        ("other_known", "unannounced people and wares", "Ort", NAMES, 5, WARES, 20, 20, 0),
        ("bare_shaped", "strange people and words", "", [*NAMES[:3], *WARES], 18, SINGLE[18:], 20, 20, 0),
        ("bare_known", "strange people", "", NAMES, 3, WARES, 25, 25, 0),
        ("bare_single", "given names alone", "", GIVEN, 6, SINGLE, 20, 20, 0),
        ("initials", "initials among words", "Kunde", INITIALS, 16, SINGLE, 20, 20, 0),
        ("mixed_from", "wares among given names", "", WARES, 6, [*GIVEN[:7], *SINGLE], 20, 6, 20),
        ("mixed_below", "a few words among people", "Kunde", NAMES, 18, SINGLE, 20, 20, 17),
    ):
        yield Limit(
            value,
            case,
            table(f"Telefon|{heading}", PHONES, some(values, at, others, size)),
            _with_phones(named),
            (at + 1) / size,
            table(f"Telefon|{heading}", PHONES, some(values, at - 1, others, size)),
            _with_phones(less),
            (at - 1) / size,
        )
    yield Limit(
        "name_in_mailbox",
        "names before addresses",
        table("E-Mail", some(MAILBOXES, 6, NUMBERED)),
        "1 above, EMAIL 0: 20, NAME 0: 6",
        0.35,
        table("E-Mail", some(MAILBOXES, 5, NUMBERED)),
        "1 above, EMAIL 0: 20",
        0.25,
    )


def _with_phones(named: int) -> str:
    """The layout of a table of 20 phones, and names in so many rows; the column with more values is first."""
    phones, names = "PHONE 0: 20", f"NAME 1: {named}"
    return ", ".join(
        ["1 above", *([phones] if not named else [phones, names] if named < 20 else [names, phones])]
    )


def _repeated() -> Iterator[Limit]:
    mails = [f"{word}@x.example" for word in WORDS]
    for value, case, names, emails, stricter, fewer, others, laxer in (
        ("repeated_names", "codes among repeated names", some(SINGLE, 16, CODES), mails[:20], 0.85,
            some(SINGLE, 15, CODES), mails[:20], 0.75),
        ("repeated_letters", "short names in addresses", cycle(["Lee", "Ray", "Ada"]),
            cycle(["lee1@x.example", "ray2@x.example", "ada3@x.example"]), 4, cycle(["Li", "Wu", "Bo"]),
            cycle(["li1@x.example", "wu2@x.example", "bo3@x.example"]), 2),
        ("repeated_share", "some names in addresses", SINGLE[:20], [*mails[:6], *NUMBERED[:14]], 0.35,
            SINGLE[:20], [*mails[:5], *NUMBERED[:15]], 0.25),
        ("repeated_rows", "few rows with names in addresses", SINGLE[:5], [*mails[:3], *NUMBERED[:2]], 4,
            SINGLE[:5], [*mails[:2], *NUMBERED[:3]], 2),
    ):  # fmt: skip
        named = sum(name not in CODES for name in names)
        yield Limit(
            value,
            case,
            table("Ort|E-Mail", names, emails),
            f"1 above, EMAIL 1: {len(names)}, NAME 0: {named}",
            stricter,
            table("Ort|E-Mail", fewer, others),
            f"1 above, EMAIL 1: {len(fewer)}",
            laxer,
        )


def _loose() -> Iterator[Limit]:
    numbers = [f"0{n}71234567" for n in range(10, 30)]
    seven = [f"020{n % 7}{n:02}1234" for n in range(20)]
    six = [f"020{n % 6}{n:02}1234" for n in range(20)]
    one = [f"0201{n % 7}{n:02}123" for n in range(20)]
    for value, case, at, found, stricter, below, laxer in (
        ("loose", "words among numbers", some(numbers, 16, WORDS), "NAME 0: 20, PHONE 1: 16", 0.85,
            some(numbers, 15, WORDS), 0.75),
        ("loose_distinct", "numbers of several people", cycle(numbers[:10]), "NAME 0: 20, PHONE 1: 20", 0.55,
            cycle(numbers[:9]), 0.45),
        ("loose_start", "numbers of one exchange", seven, "PHONE 1: 20, NAME 0: 20", 3, one, 5),
        ("loose_starts", "numbers of few exchanges", seven, "PHONE 1: 20, NAME 0: 20", 0.4, six, 0.3),
    ):  # fmt: skip
        tables = table("Kunde|", NAMES, at), table("Kunde|", NAMES, below)
        yield Limit(value, case, tables[0], f"1 above, {found}", stricter, tables[1], "1 above", laxer)


LIMITS = (
    *_sample(),
    *_headers(),
    *_columns(),
    *_births(),
    *_name_parts(),
    *_names(),
    *_repeated(),
    *_loose(),
)
