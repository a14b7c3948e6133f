"""The decision alone, without any mail system: processor time of a message in each stage of `inspection`."""

import statistics
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from holdback.checks import CHECKS
from holdback.config import config_of, domains_of, policy_of
from holdback.documents import Budget, open_parts
from holdback.inspection import evidence_of
from holdback.mail import Envelope, read
from holdback.people.knowledge import Knowledge
from holdback.policy import decide
from letters import RECIPIENT, SENDER


class Watch:
    """Collects times by name."""

    def __init__(self) -> None:
        self.times: dict[str, list[float]] = {}

    @contextmanager
    def timing(self, stage: str) -> Iterator[None]:
        start = time.process_time()
        yield
        self.times.setdefault(stage, []).append(time.process_time() - start)


def measure(raw: bytes, seconds: float) -> Mapping[str, float]:
    """Median milliseconds of each stage and of all, from the runs that fit into `seconds`, at least 3."""
    config = config_of({"internal_domains": [SENDER.partition("@")[2]]}, Path("bench"))
    policy, knowledge = policy_of(config), Knowledge(domains_of(config))
    envelope = Envelope(SENDER, (RECIPIENT,))
    watch, end, runs = Watch(), time.monotonic() + seconds, 0
    while runs < 3 or time.monotonic() < end:
        runs += 1
        with watch.timing("all"):
            with watch.timing("read"):
                message = read(raw, policy.limits)
            with watch.timing("open"):
                documents = open_parts(message.parts, Budget(policy.limits, lambda: True))
            with watch.timing("check"):
                evidence = evidence_of(envelope, message, documents, knowledge)
                findings = [finding for check in CHECKS.values() for finding in check.find(evidence)]
            with watch.timing("decide"):
                decide(findings, envelope, policy)
    return {stage: 1000 * statistics.median(times) for stage, times in watch.times.items()}
