"""LDIF: entries become rows with common headings."""

import base64

import pytest
from rig.files.data import ldif
from rig.opening import opened, people_in, words_in
from rig.people import LANGUAGES, people


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_entry_is_a_person(language: str) -> None:
    """Folded, in base64, as a file and pasted."""
    text = ldif(people(30, language))
    assert 30 == people_in(text.encode())
    assert 30 == people_in(f"Hi,\n\nthe export:\n\n{text}\nBye\nJane\n".encode())


def test_attributes_become_columns() -> None:
    """Options are dropped, repeated attributes get columns, operational ones are left out."""
    text = (
        "dn: cn=Ann,dc=example\nobjectClass: person\ncn;lang-en: Ann\nsn: Smith\nmail: a@x.example\n"
        "mail: b@x.example\nproxyAddresses: SMTP:c@x.example\ncustomerNumber: 7\nentryUUID: 1-2\n"
    )
    (table,) = opened(text.encode())[0].tables
    header = ("dn", "name", "family name", "e-mail", "e-mail 2", "e-mail 3", "customerNumber")
    assert header == table.header
    row = ["cn=Ann,dc=example", "Ann", "Smith", "a@x.example", "b@x.example", "c@x.example", "7"]
    assert [row] == [list(row) for row in table.rows]


def coded(content: bytes) -> str:
    return base64.b64encode(content).decode()


@pytest.mark.parametrize(
    "lines",
    [
        "changetype: modify\nreplace: mail\nmail: bob@x.example\n-",
        f"mail:: {coded(b'bob@x.example')}",
        "mail:: bob@x.example",
        "description: ask bob@x.\n example",
        "# bob@x.example",
        "objectClass: bob@x.example",
        "memberOf: cn=bob@x.example,ou=groups",
        "no attribute but bob@x.example",
        "cn: Ann\ndn: mail=bob@x.example",
    ],
)
def test_no_address_is_lost(lines: str) -> None:
    """In changes, comments, and lines that are not attributes."""
    text = f"dn: cn=Ann,dc=example\n{lines}\n\nBye\n"
    assert "bob@x.example" in words_in(opened(text.encode()))
    assert "Bye" in opened(text.encode())[0].texts[-1].text


def test_pictures_are_left_out() -> None:
    """Bytes that are not text are ignored."""
    text = f"dn: cn=Ann\nportrait:: {coded(bytes(range(256)))}\n"
    (table,) = opened(text.encode())[0].tables
    assert ("dn",) == table.header


@pytest.mark.parametrize(
    "text",
    [
        "".join(
            f"dn: olcDatabase={{{n}}}mdb,cn=config\nobjectClass: olcMdbConfig\nolcDatabase: {{{n}}}mdb\n"
            f"olcDbDirectory: /var/lib/ldap/{n}\nolcDbIndex: mail,cn,sn eq\nolcRootDN: cn=admin,dc=x{n}\n\n"
            for n in range(60)
        ),
        "The dn: is the name of an entry.\ndn: is what it starts with.\n",
    ],
)
def test_near_misses(text: str) -> None:
    """The configuration of a server, and prose."""
    assert 0 == people_in(text.encode())


def test_entries_with_many_different_attributes() -> None:
    """Thousands of attributes do not give each row thousands of columns."""
    text = "".join(f"dn: cn={n}\nx{n}: 1\nmail: a{n}@x.example\n\n" for n in range(2_000))
    tables = opened(text.encode())[0].tables
    assert 2_000 == sum(len(list(table.rows)) for table in tables)
    assert max(len(table.header) for table in tables) <= 260
    assert "a1999@x.example" in words_in(opened(text.encode()))
