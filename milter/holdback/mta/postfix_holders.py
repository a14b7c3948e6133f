"""The settings of Postfix by which arriving mail is put on hold, besides our own milter.

`HOLD` is an action of header and body checks, access tables and policy services; a milter may quarantine.
"""

import re
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

from holdback.mta.postfix_settings import is_same_socket, milters

_PARTS = ("header", "mime_header", "nested_header", "body", "milter_header")
_CHECKS = tuple(f"{part}_checks" for part in _PARTS)
INHERITING = ("mime_header_checks", "nested_header_checks")
"""Settings whose default is `$header_checks`."""
_STEPS = ("client", "helo", "sender", "relay", "recipient", "data", "end_of_data", "etrn")
MAP_SETTINGS = (
    *_CHECKS,
    *(f"smtpd_{step}_restrictions" for step in _STEPS),
    "smtpd_milter_maps",
    "smtpd_restriction_classes",
)
"""The settings that name tables and services with such actions."""

_INLINE = ("inline", "static")
_INDEXED_TABLES = ("hash", "btree", "lmdb", "dbm", "sdbm")
_KNOWN_TABLES = ("regexp", "pcre", "cidr", "texthash", *_INLINE, *_INDEXED_TABLES)
_ACCESS = re.compile(r"check_\w+_access", re.IGNORECASE)
# A table may also name a restriction, and so another table.
_HOLDS = re.compile(r"\bhold\b|\bcheck_\w", re.IGNORECASE)


def other_milters(written: str, main_cf: Mapping[str, str], listen: str) -> tuple[str, ...]:
    """Return the milters of smtpd_milters or non_smtpd_milters that are not ours."""
    folder = Path(main_cf.get("queue_directory", "/"))
    entries = [entry.address for entry in milters(written, main_cf)]
    if listen.startswith("fd:") and len(entries) > 1:
        # The socket comes from systemd: none of them is known to be ours.
        return tuple(entries)
    return tuple(address for address in entries if not is_same_socket(address, listen, folder))


def tables_of(name: str, value: str) -> tuple[str, ...] | None:
    """Return the tables whose text decides whether the setting may hold mail; none of them: it may not.

    None if that cannot be known: a policy service, a table in a database, an action in the setting itself.
    """
    if name == "smtpd_milter_maps":
        return None if value else ()
    if re.search(r"\bcheck_policy_service\b|\bhold\b", value, re.IGNORECASE):
        return None
    if name in _CHECKS:
        named = _outside_braces(value).replace(",", " ").split()
    else:
        named = _tables_after(re.sub("[{},]", " ", value).split())
    kinds = [table.partition(":")[0] for table in named]
    if not all(":" in table for table in named) or not set(kinds) <= set(_KNOWN_TABLES):
        return None
    # What is in braces is the table itself, and was searched above.
    files = (table for table, kind in zip(named, kinds, strict=True) if kind not in _INLINE)
    return tuple(table for table in files if not table.endswith(":"))


def _outside_braces(value: str) -> str:
    while "{" in value and value != (shorter := re.sub(r"\{[^{}]*\}", "", value)):
        value = shorter
    return value


def _tables_after(words: list[str]) -> list[str]:
    """Return the word after each `check_…_access`."""
    return [
        table for word, table in pairwise(words) if re.fullmatch(r"check_\w+_access", word, re.IGNORECASE)
    ]


def indexed_table(kind: str) -> bool:
    """Return whether `postmap -s` prints tables of this kind; others are text."""
    return kind in _INDEXED_TABLES


def holds_mail(text: str) -> bool:
    """Return whether the text of a table has an action that could hold mail."""
    return bool(_HOLDS.search(text))
