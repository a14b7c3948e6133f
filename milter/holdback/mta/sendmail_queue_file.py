"""The control file of a message in Sendmail's queue (qf, or hf while it is quarantined), format V8.

One letter and a value in a line: T created, q reason of the quarantine, F flags, B body type, $ macros,
S sender, Z envelope id, then for each recipient Q ORCPT and R flags and address, H header fields, and a line
with a dot (sendmail/queue.c, `queueup`).
"""

import re
from dataclasses import dataclass

from holdback.mta.interface import MtaError

_OF_MILTER = re.compile(r"(?:[0-9A-Z]{4}-[0-9A-Z]{2}|held) ([0-9A-Za-z]{14,40})")
"""As `reason_of` writes it."""
_CONDITION = re.compile(rb"\?[^?\n]*\?")
_RETURN_PATH = b"?P?"
_ENDS = {"S": "SUCCESS", "F": "FAILURE", "D": "DELAY"}


@dataclass(frozen=True, slots=True)
class Recipient:
    """One recipient before aliases are expanded."""

    address: str
    options: tuple[str, ...]
    """`NOTIFY=…` and `ORCPT=…` (RFC 3461), as the client gave them."""


@dataclass(frozen=True, slots=True)
class ControlFile:
    """The envelope and the header of a message, or of a part of one whose recipients Sendmail divided."""

    created: float
    """Unix time at the begin of the transaction; Sendmail counts the age of the message from it."""
    reason: str
    """Reason of the quarantine; empty without one."""
    sender: str
    """Empty for a bounce."""
    client: str
    """IP address of the client; empty for a local program."""
    options: tuple[str, ...]
    """`BODY=…`, `RET=…` and `ENVID=…`, as the client gave them."""
    recipients: tuple[Recipient, ...]
    header: bytes
    """Header section, lines ending in LF, without the Return-Path that a mailer would add."""

    @property
    def milter_id(self) -> str:
        """The queue id that Holdback knows the message by; empty if Holdback did not quarantine it."""
        match = _OF_MILTER.fullmatch(self.reason)
        return match[1] if match else ""


def reason_of(case: str, queue_id: str) -> str:
    """Return the reason with which Holdback quarantines a message.

    All local users may read it. It names the queue id that the milter saw: if Sendmail divides the recipients
    among several files, each has an id of its own, but the same reason.
    """
    return f"{case or 'held'} {queue_id}"


def control_file(content: bytes) -> ControlFile:
    """Parse a control file. Raises MtaError if it is incomplete."""
    envelope, _, header = content.partition(b"\nH")
    if not content.endswith(b"\n.\n"):
        raise MtaError("queue file", None, "the control file is incomplete")
    values: dict[str, str] = {}
    recipients, original = [], ""
    for line in envelope.decode("utf-8", "surrogateescape").split("\n"):
        letter, value = line[:1], line[1:]
        if letter == "Q":
            original = value
        elif letter == "R":
            recipients.append(_recipient(value, original))
            original = ""
        elif letter == "$":
            values[line[:2]] = line[2:]
        else:
            values.setdefault(letter, value)
    return ControlFile(
        created=float(values.get("T", "0")),
        reason=values.get("q", ""),
        sender=_sender(values.get("S", "")),
        client=_client(values.get("$_", "")),
        options=tuple(_options(values)),
        recipients=tuple(recipients),
        header=_header(header[:-2]),
    )


def _recipient(value: str, original: str) -> Recipient:
    flags, _, address = value.partition(":")
    options = [f"ORCPT={original}"] if original else []
    if "N" in flags:
        options.append("NOTIFY=" + (",".join(_ENDS[flag] for flag in flags if flag in _ENDS) or "NEVER"))
    return Recipient(_mailbox(address), tuple(options))


def _options(values: dict[str, str]) -> list[str]:
    flags = values.get("F", "")
    options = [f"BODY={values['B']}"] if values.get("B") else []
    if "d" in flags:
        options.append("RET=HDRS" if "n" in flags else "RET=FULL")
    return options + ([f"ENVID={values['Z']}"] if values.get("Z") else [])


def _mailbox(written: str) -> str:
    return written.strip().removeprefix("<").removesuffix(">")


def _sender(written: str) -> str:
    sender = _mailbox(written)
    return "" if sender == "MAILER-DAEMON" else sender


def _client(macro: str) -> str:
    """Return the address in `name [192.0.2.1] (may be forged)`."""
    found = re.search(r"\[(?:IPv6:)?([0-9A-Fa-f.:]+)\]", macro)
    return found[1] if found else ""


def _header(lines: bytes) -> bytes:
    """Return the fields as a client would receive them.

    `?…?` before a field is the condition on which a mailer adds it. Sendmail escapes with 0xff the bytes that
    it uses itself.
    """
    fields = (field for field in lines.split(b"\nH") if field and not field.startswith(_RETURN_PATH))
    written = b"".join(_without_condition(field).rstrip(b"\n") + b"\n" for field in fields)
    return re.sub(rb"\xff([\x80-\x9f\xff])", rb"\1", written)


def _without_condition(field: bytes) -> bytes:
    match = _CONDITION.match(field)
    return field[match.end() :] if match else field
