"""Mailboxes of a function instead of a person: `info@`, `buchhaltung@`, `no-reply@`."""

from holdback.people.fields.wordlists import words_in

_LOCAL_PARTS = frozenset(words_in("role_mailboxes.txt")["mailbox"])


def is_role_mailbox(key: str) -> bool:
    """True if the address (a key) names a function."""
    return key.partition("@")[0] in _LOCAL_PARTS
