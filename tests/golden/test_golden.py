"""Every golden mail gets the verdict that its `.want` file states: as it is, with CRLF, and judged twice."""

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
    """Action and counts are exact, whatever the line end."""
    raw = golden.raw.replace(b"\r\n", b"\n").replace(b"\n", end)
    assert outcome(inspect(golden.envelope, raw, POLICY, KNOWLEDGE)) == (golden.action, golden.findings)


@pytest.mark.parametrize("golden", goldens(), ids=lambda golden: golden.name)
def test_findings_quote_no_address(golden: Golden) -> None:
    """What a finding says about the mail holds no address of anybody."""
    for judgement in inspect(golden.envelope, golden.raw, POLICY, KNOWLEDGE).judgements:
        assert "@" not in str(judgement)


def test_every_mail_says_what_it_wants() -> None:
    """A mail without `.want`, or the other way round, is a mistake of ours."""
    stems = {golden.name for golden in goldens()}
    assert len(stems) >= 30
    assert all(golden.why for golden in goldens())
