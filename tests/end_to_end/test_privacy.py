"""The log and the metrics are not a second leak: whatever happened, no address of any mail is in them."""

import re
from email import message_from_bytes

import pytest
from rig.golden import goldens
from rig.holdback import Holdback
from rig.postfix import PrivatePostfix
from rig.samples import FIRMS, Sample, all_samples
from rig.sink import Sink

pytestmark = pytest.mark.postfix

ADDRESS = re.compile(rb"[\w.+-]+@[\w.-]+\w")


def golden_mails() -> list[Sample]:
    mails = [(golden.name, golden.envelope, golden.raw) for golden in goldens()]
    return [Sample(name, "", envelope.sender, envelope.recipients, raw) for name, envelope, raw in mails]


def addresses(mails: list[Sample]) -> set[str]:
    """Every address in what the mails say, base64 attachments included, and in their envelopes."""
    found: set[bytes] = set()
    for mail in mails:
        found.update(ADDRESS.findall(mail.raw))
        for part in message_from_bytes(mail.raw).walk():
            content = part.get_payload(decode=True)
            found.update(ADDRESS.findall(content) if isinstance(content, bytes) else ())
        found.update(one.encode() for one in (mail.sender, *mail.recipients))
    return {one.decode(errors="replace").lower() for one in found}


def test_no_address_in_log_or_metrics(postfix: PrivatePostfix, sink: Sink) -> None:
    """Every mail we have, decisions and a broken database: no address comes into log lines or metrics."""
    mails = golden_mails() + all_samples()
    with Holdback(postfix, {"internal_domains": [*FIRMS, "corp.example"]}) as holdback:
        for mail in mails:
            postfix.send(mail.raw, mail.sender, mail.recipients, login="tom@mongrelsocks.example")
        for case in holdback.cli("cases", "--json").lines[:3]:
            assert holdback.cli("drop" if case["copies"] > 1 else "release", case["id"]).code == 0
        for file in holdback.state_dir.glob("holdback.db*"):
            file.unlink()
        postfix.send(mails[-1].raw, mails[-1].sender, mails[-1].recipients)
        holdback.restart()
        postfix.submit(mails[-6].raw, mails[-6].sender, mails[-6].recipients)
        postfix.wait_empty()
        told, judged = holdback.log() + holdback.metrics_text(), holdback.messages()
    known = addresses(mails)
    assert (len(known) > 20_000, len(judged)) == (True, len(mails) + 2)
    assert sorted(address for address in known if address in told.lower()) == []
    assert re.findall(r"[^\s\"]@[^\s\"]", told) == []
