"""Every golden mail gets the verdict in its `.want` file, with LF and with CRLF."""

import pytest
from holdback.config import Config, domains_of, policy_of
from holdback.inspection import inspect
from holdback.people.knowledge import Knowledge
from holdback.verdict import Verdict
from rig.golden import Golden, goldens

CONFIG = Config(internal_domains=["corp.example"])
POLICY, KNOWLEDGE = policy_of(CONFIG), Knowledge(domains_of(CONFIG))


def outcome(verdict: Verdict) -> tuple[str, tuple[tuple[str, int], ...]]:
    return verdict.action.value, tuple((finding.check, finding.count) for finding in verdict.findings)


@pytest.mark.parametrize("golden", goldens(), ids=lambda golden: golden.name)
@pytest.mark.parametrize("end", [b"\n", b"\r\n"], ids=["LF", "CRLF"])
def test_golden(golden: Golden, end: bytes) -> None:
    """Action and counts are exact with both line ends."""
    raw = golden.raw.replace(b"\r\n", b"\n").replace(b"\n", end)
    assert outcome(inspect(golden.envelope, raw, POLICY, KNOWLEDGE)) == (golden.action, golden.findings)


@pytest.mark.parametrize("golden", goldens(), ids=lambda golden: golden.name)
def test_findings_quote_no_address(golden: Golden) -> None:
    """No text or place of a finding contains an address."""
    for judgement in inspect(golden.envelope, golden.raw, POLICY, KNOWLEDGE).judgements:
        assert "@" not in str(judgement)


def test_every_mail_has_a_want_file() -> None:
    """And every `.want` file has a mail and a comment."""
    stems = {golden.name for golden in goldens()}
    assert len(stems) >= 30
    assert all(golden.why for golden in goldens())
