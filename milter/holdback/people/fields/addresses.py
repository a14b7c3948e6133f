"""Find mail addresses in cells and running text, in linear time, and recognise role mailboxes."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from holdback.mail.address import compared
from holdback.people.fields.wordlists import wordlist, words_in

# Bytes that an address may contain; all others become blanks. UTF-8 letters are bytes from 0x80 on. RFC 5322
# allows more (`=`, `&`, `/`, …), but in text those surround addresses (`to=<…>`, `?mail=…&`).
_ALLOWED = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.'+-_@"
_BLANKED = bytes(byte if byte in _ALLOWED or byte >= 0x80 else 0x20 for byte in range(256))
_LOCAL_LIMIT, _DOMAIN_LIMIT = 64, 255
_LOCAL = re.compile(r"[\w+'-]+(?:\.[\w+'-]+)*")
_DOMAIN = re.compile(r"(?:(?!-)[\w-]+\.)+((?:xn--)?[^\W_]*[^\W\d_]{2}[^\W_]*)")
_NOISE = "'.-_"
_AROUND = " \t\r<>;,:\"'\u00a0"
_OUTSIDE = re.compile(r"[^\w.@'+-]+")
_IN_LINE = re.compile(r"<?(?:mailto:)?(?<![\w.+'-])([\w.+'-]{1,64}+@[\w.-]{4,255}+)>?")
# Extensions of files and domains of local networks: `logo@2x.png`, `root@db.local`.
_NO_MAIL_DOMAINS = wordlist(
    """
    png jpg jpeg gif svg webp bmp ico pdf css js json html htm txt xml csv tsx scss local lan internal
    localdomain arpa
    """
)
_MACHINE_MADE = re.compile(r"(?:[^\d]*\d){8}|.*--")
_MACHINE_MADE_LENGTH = 16
# Addresses that equal their key, as most do: lower case, no plus-tag, no Gmail, not machine-made.
_EQUAL_TO_KEY = re.compile(
    r"(?=[^@]{1,15}@|[a-z._]{1,64}@)[a-z0-9_-]+(?:\.[a-z0-9_-]+)*"
    r"@(?!g(?:oogle)?mail\.com$)(?:[a-z0-9_][a-z0-9_-]*\.)+([a-z]{2,})"
)


def is_address(text: str) -> bool:
    """True if `text` is an address that may reach a person (RFC 5321 section 4.1.2, RFC 6531), unquoted."""
    local, _, domain = text.rpartition("@")
    if len(local) > _LOCAL_LIMIT or not _LOCAL.fullmatch(local):
        return False
    # Message-IDs and bounce addresses are made by machines and reach no person.
    return _is_domain(domain) and (len(local) < _MACHINE_MADE_LENGTH or not _MACHINE_MADE.match(local))


@lru_cache(maxsize=8192)
def _is_domain(domain: str) -> bool:
    match = _DOMAIN.fullmatch(domain) if 4 <= len(domain) <= _DOMAIN_LIMIT else None
    return match is not None and match[1].lower() not in _NO_MAIL_DOMAINS


def key(text: str) -> str:
    """Return the key of the address `text`, without brackets and `mailto:`; "" if it is no address."""
    common = _EQUAL_TO_KEY.fullmatch(text) if len(text) <= _DOMAIN_LIMIT else None
    if common and common[1] not in _NO_MAIL_DOMAINS:
        return text
    text = text.strip(_AROUND)
    if text[:7] == "mailto:":
        text = text[7:]
    return compared(text) if is_address(text) else ""


def first_key(text: str) -> str:
    """Return the key of the first address in `text`, such as `Ann Smith <ann@x.example>`; "" if none."""
    if "@" not in text:
        return ""
    return key(text) or next((compared(written) for written, _ in in_line(text)), "")


def in_line(line: str) -> Iterator[tuple[str, re.Match[str]]]:
    """Yield each address in the line, as written, and its match, which includes brackets."""
    for match in _IN_LINE.finditer(line):
        written = match[1].strip(_NOISE)
        if is_address(written):
            yield written, match


def written_addresses(text: str) -> set[str]:
    """Return the distinct mail addresses in `text`, as written."""
    if "@" not in text:
        return set()
    pieces = text.encode("utf-8", "replace").translate(_BLANKED).split(b"@")
    windows = {
        left[-_LOCAL_LIMIT:].rpartition(b" ")[2] + b"@" + right[:_DOMAIN_LIMIT].partition(b" ")[0]
        for left, right in pairwise(pieces)
        if left and right
    }
    trimmed = (_trimmed(window.decode("utf-8", "replace")) for window in windows)
    return {written for written in trimmed if is_address(written)}


def _trimmed(window: str) -> str:
    """Return the text around one `@` without the punctuation of the sentence."""
    if not window.isascii():
        local, _, domain = window.partition("@")
        window = _OUTSIDE.split(local)[-1] + "@" + _OUTSIDE.split(domain)[0]
    return window.strip(_NOISE)


def keys(text: str) -> set[str]:
    """Return the keys of the distinct mail addresses in `text`."""
    return {compared(written) for written in written_addresses(text)}


_ROLES = frozenset(words_in("role_mailboxes.txt", "mailbox")["mailbox"])
_MASKED = re.compile(r"[^\s@,;<>()\"]+@[^\s@,;<>()\"]+")


def masked(name: str) -> str:
    """Return a file or sheet name with all addresses replaced, because findings must not disclose any."""
    return _MASKED.sub("‹address›", name) if "@" in name else name


def is_role_mailbox(key: str) -> bool:
    """True if the address (a key) belongs to a function instead of a person: `info@`, `no-reply@`."""
    return key.partition("@")[0] in _ROLES
