"""Armoured files in text: signed content is read, encrypted content is reported."""

import base64
import binascii
from pathlib import Path

import pytest
from holdback.mail import Limits
from rig.opening import opened, people_in, unreadable_in
from rig.people import people

FILES = Path(__file__).parent / "confined" / "files"
SIGNED = (FILES / "signed-list.p7m").read_bytes()
SEALED = (FILES / "sealed.p7m").read_bytes()
LIST = "name,mail\n" + "".join(f"{one.name},{one.email}\n" for one in people(30))


def framed(content: bytes, label: str = "CMS") -> bytes:
    """Return PEM as written by openssl (RFC 7468)."""
    coded = base64.encodebytes(content)
    return b"-----BEGIN %b-----\n%b-----END %b-----\n" % (label.encode(), coded, label.encode())


@pytest.mark.parametrize(
    "text",
    [
        framed(SIGNED),
        framed(SIGNED, "PKCS7"),
        framed(SIGNED).decode().encode("utf-16"),
        b"Dear Ann,\n\n" + framed(SIGNED),
        base64.b64encode(SIGNED),
        b"\xef\xbb\xbf" + base64.encodebytes(SIGNED),
    ],
)
def test_signed_content_is_read(text: bytes) -> None:
    """With BEGIN line, in UTF-16 as PowerShell saves it, after other text, or without BEGIN line."""
    assert people_in(SIGNED) == people_in(text) > 20
    assert set() == unreadable_in(text)


@pytest.mark.parametrize(
    "text",
    [
        framed(SEALED),
        base64.encodebytes(SEALED),
        framed(b"age-encryption.org/v1\n", "AGE ENCRYPTED FILE"),
        b"-----BEGIN PGP MESSAGE-----\n\nhQ==\n-----END PGP MESSAGE-----\n",
        "-----BEGIN PGP MESSAGE-----\n\nhQ==\n-----END PGP MESSAGE-----\n".encode("utf-16"),
        b"U2FsdGVkX19JvqYzZ5aYJvqYzZ5aY\n",
    ],
)
def test_encrypted_content_is_reported(text: bytes) -> None:
    """It looks like text, but cannot be read."""
    assert {"encrypted"} == unreadable_in(text)


def test_the_text_around_counts() -> None:
    """A list before an encrypted block."""
    assert 30 == people_in(LIST.encode() + b"\n" + framed(SEALED))


@pytest.mark.parametrize("label", ["CERTIFICATE", "PUBLIC KEY", "PGP SIGNATURE", "PGP PUBLIC KEY BLOCK"])
def test_keys_and_signatures_are_text(label: str) -> None:
    """They do not encrypt anything."""
    assert set() == unreadable_in(framed(bytes(90), label))


def test_half_of_it_is_broken() -> None:
    """A file truncated inside the base64."""
    assert {"broken"} == unreadable_in(framed(SIGNED)[:900])
    assert 2 <= len(opened(framed(SIGNED)[:900]))


def uuencoded(content: bytes) -> bytes:
    """Return a file with uuencoded content, for a mailer without MIME."""
    lines = (binascii.b2a_uu(content[at : at + 45]) for at in range(0, len(content), 45))
    return b"begin 644 list.csv\n%b`\nend\n" % b"".join(lines)


@pytest.mark.parametrize(
    "text",
    [
        uuencoded(LIST.encode()),
        b"#!/bin/sh\n" + uuencoded(LIST.encode()) + uuencoded(b"more"),
        b"begin-base64 644 list.csv\n%b====\n" % base64.encodebytes(LIST.encode()),
    ],
)
def test_uuencoded_files_are_read(text: bytes) -> None:
    """Alone, in a script that unpacks them, in base64."""
    assert 30 == people_in(text)
    assert set() == unreadable_in(text)


def test_the_word_begin_hides_nothing() -> None:
    """A list after a line that only resembles a start."""
    assert 30 == people_in(b"begin 644 days before\n\n" + LIST.encode())


def test_many_of_them_are_bounded() -> None:
    """A line of base64 is cheap, a document is not: the limit of documents applies."""
    text = b"-----BEGIN CMS-----\nMIIB\n" * 2_000
    documents = opened(text, limits=Limits(entries=100))
    assert 100 >= len(documents) - 1
    assert "over_limit" in unreadable_in(text, limits=Limits(entries=100))
