"""Extract directory entries exported by LDAP servers (LDIF, RFC 2849) as rows."""

import binascii
import re
from collections.abc import Iterator

from holdback.documents.budget import Budget
from holdback.documents.data.record_tables import Field, RecordTables
from holdback.documents.document import Table

_ENTRY = re.compile(r"^dn:(?:: *[A-Za-z0-9+/=]{8,}| *[^\n=:]{1,200}=)", re.I | re.M)
_LINE = re.compile(r"([A-Za-z][\w.-]{0,100})(?:;[\w.;-]{0,100})?:([:<]?) *(.*)")
_BEAT = 500
"""Entries between two heartbeats."""

_COLUMNS = {
    name.lower(): column
    for column, names in {
        "e-mail": "mail rfc822Mailbox email proxyAddresses mailAlternateAddress mailForwardingAddress",
        "name": "cn commonName",
        "full name": "displayName",
        "family name": "sn surname",
        "given name": "givenName gn",
        "phone": "telephoneNumber mobile homePhone otherTelephone otherMobile otherHomePhone pager",
        "street": "street streetAddress homePostalAddress",
        "postal address": "postalAddress",
        "city": "l localityName",
        "region": "st",
        "organization": "o company",
        "department": "ou",
        "login": "uid userid sAMAccountName",
    }.items()
    for name in names.split()
}
"""Attribute (RFC 2798, 4519, 4524, Active Directory) → column; other attributes keep their name."""
_OPERATIONAL = """
    objectclass changetype add delete replace newrdn deleteoldrdn newsuperior jpegphoto thumbnailphoto photo
    userpassword unicodepwd usercertificate usersmimecertificate objectguid objectsid objectcategory
    entryuuid entrycsn entrydn structuralobjectclass subschemasubentry creatorsname modifiersname
    createtimestamp modifytimestamp whencreated whenchanged usnchanged usncreated
"""
_IGNORED = frozenset(_OPERATIONAL.split())
"""Operational attributes, pictures and keys, which are left out."""
_BASE64 = re.compile(r"[A-Za-z0-9+/]*+=*+")
_SCHEME = re.compile(r"smtp:", re.I)


def extract_entries(text: str, budget: Budget) -> Iterator[str | Table]:
    """Yield the text without directory entries, and these as tables."""
    records = RecordTables()
    end = number = 0
    while entry := _ENTRY.search(text, end):
        yield text[end : entry.start()]
        end = text.find("\n\n", entry.start()) + 1 or len(text)
        yield from _entries(text[entry.start() : end], records)
        number += 1
        if number % _BEAT == 0:
            budget.beat()
    yield text[end:]
    yield from records.tables(budget)


def _entries(paragraph: str, records: RecordTables) -> Iterator[str]:
    """Parse entries without blank lines between them; yield the lines that remain text."""
    fields: list[Field] = []
    for line in paragraph.replace("\n ", "").split("\n"):
        found = _LINE.match(line)
        if not found:
            if "@" in line or not line.startswith(("#", "-")):
                yield line + "\n"
            continue
        attribute, coded, value = found[1].lower(), found[2] == ":", found[3].strip()
        if attribute == "dn" and fields:
            records.add("entries", fields)
            fields = []
        value = _from_base64(value) if coded else value
        if not value or (attribute in _IGNORED and "@" not in value):
            continue
        column = _COLUMNS.get(attribute, found[1])
        fields.append((column, _SCHEME.sub("", value) if column == "e-mail" else value))
    if fields:
        records.add("entries", fields)


def _from_base64(value: str) -> str:
    """Decode base64 text; return `value` if it is not base64, "" if it is not text."""
    if not _BASE64.fullmatch(value):
        return value
    try:
        text = binascii.a2b_base64(value.encode()).decode("utf-8")
    except ValueError:
        return ""
    return "" if "\0" in text else text
