"""People in data formats as written by exporters: vCard, LDIF, JSON, SQL dumps, YAML."""

import base64
import json
import quopri
from collections.abc import Sequence

from rig.people import Person


def names(person: Person) -> tuple[str, str]:
    """Given and family name."""
    given, _, family = person.name.partition(" ")
    return given, family


def vcards(persons: Sequence[Person], version: str = "3.0", end: str = "\r\n") -> str:
    """Return one vCard for each person; in version 2.1, values are quoted-printable."""
    return "".join(_vcard(person, version, end) for person in persons)


def _vcard(person: Person, version: str, end: str) -> str:
    given, family = names(person)
    coding = ";CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE" if version == "2.1" else ""

    def coded(value: str) -> str:
        return (
            quopri.encodestring(value.encode(), quotetabs=False).decode().replace("\n", end)
            if coding
            else value
        )

    lines = [
        "BEGIN:VCARD",
        f"VERSION:{version}",
        f"N{coding}:{coded(family)};{coded(given)};;;",
        f"FN{coding}:{coded(person.name)}",
        f"item1.EMAIL;TYPE=INTERNET:{person.email}",
        f"TEL;TYPE=WORK,VOICE:{person.phone}",
        f"ADR;TYPE=HOME{coding}:;;{coded(person.street)};{coded(person.city)};;12345;",
        "END:VCARD",
    ]
    return end.join((*lines, ""))


def ldif(persons: Sequence[Person]) -> str:
    """Return directory entries with non-ASCII values in base64 and folded entry names."""
    entries = []
    for number, person in enumerate(persons):
        given, family = names(person)
        pairs = [
            ("dn", f"uid=u{number},ou=people,dc=example,dc=com"),
            ("objectClass", "inetOrgPerson"),
            ("cn", person.name),
            ("sn", family),
            ("givenName", given),
            ("mail", person.email),
            ("telephoneNumber", person.phone),
            ("street", person.street),
            ("l", person.city),
        ]
        entries.append("".join(_attribute(name, value) for name, value in pairs))
    return "version: 1\n\n" + "\n".join(entries)


def _attribute(name: str, value: str) -> str:
    coded = f"{name}: {value}" if value.isascii() else f"{name}:: {base64.b64encode(value.encode()).decode()}"
    return "\n ".join(coded[at : at + 40] for at in range(0, len(coded), 40)) + "\n"


def objects(
    persons: Sequence[Person], keys: Sequence[str] = ("name", "email", "phone", "street", "city")
) -> list[dict[str, str]]:
    """Return one object with these keys for each person."""
    return [dict(zip(keys, person.row, strict=True)) for person in persons]


def json_lines(persons: Sequence[Person]) -> str:
    """Return one JSON object a line."""
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in objects(persons))


def inserts(persons: Sequence[Person], columns: bool = True, together: int = 50) -> str:
    """Return INSERT statements with `together` rows each."""
    head = "INSERT INTO customers (id, name, email, phone, street, city) VALUES\n"
    head = head if columns else "INSERT INTO customers VALUES\n"
    rows = [f"({number}, {', '.join(map(_literal, person.row))})" for number, person in enumerate(persons)]
    return "".join(
        head + ",\n".join(rows[at : at + together]) + ";\n" for at in range(0, len(rows), together)
    )


def _literal(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def copied(persons: Sequence[Person]) -> str:
    """Return a COPY statement as written by pg_dump."""
    rows = "".join("\t".join((str(number), *person.row)) + "\n" for number, person in enumerate(persons))
    return f"COPY public.customers (id, name, email, phone, street, city) FROM stdin;\n{rows}\\.\n\n"


def yaml(persons: Sequence[Person]) -> str:
    """Return a list of mappings as YAML."""
    return "customers:\n" + "".join(
        f"- name: {person.name}\n  email: {person.email}\n  phone: '{person.phone}'\n  city: {person.city}\n"
        for person in persons
    )
