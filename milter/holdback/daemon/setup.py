"""What the daemon makes of one configuration. A message is judged under the setup it began with."""

import os
from dataclasses import dataclass
from functools import partial
from typing import Literal

from holdback.cases.host_id import Identity, load_identity
from holdback.cases.key import load_key
from holdback.cases.recorder import Recorder
from holdback.checks import canary, unknown_recipients
from holdback.config import Config, policy_of
from holdback.daemon.knowledge import CurrentKnowledge
from holdback.daemon.report import log_error
from holdback.daemon.turn import Turns, turns_in
from holdback.documents import Reader, no_reader
from holdback.mta.choice import choose
from holdback.mta.interface import Mta
from holdback.policy import Policy
from holdback.trail.write_behind import Trail


@dataclass(frozen=True, slots=True)
class Setup:
    """Everything that one message needs to know besides itself."""

    config: Config
    """The configuration that all of this follows from."""
    policy: Policy
    record: Recorder
    mta: Mta
    key: bytes
    """Secret of this host for keyed hashes and tokens, 32 bytes."""
    identity: Identity
    """Id and name under which holds of this host are on record."""
    on_error: Literal["hold", "tempfail", "pass"]
    """What happens to a message that could not be judged."""
    inspect_timeout: float
    """Seconds."""
    copies: int
    """Number of copies of one campaign that are held; the next one is refused temporarily."""
    window: float
    """Seconds during which a decision applies to later copies."""
    reader: Reader
    """Opens documents outside this process."""
    turns: Turns
    """Limits how many large messages are inspected at once."""
    knowledge: CurrentKnowledge
    """What is known about people."""
    trail: Trail
    """Stores what is remembered of messages."""
    ledger: bool
    """True if disclosures are stored."""
    recipient_domains: bool
    """True if recipient domains are stored with them."""
    acquaintances: bool
    """True if acquaintances are learned from mail."""
    discard_to_canaries: bool
    """True if mail from outside to canaries only is discarded."""
    retention: float
    """Seconds for which disclosures are kept."""
    remember: float
    """Seconds for which contacts are kept."""
    recipients_window: float
    """Seconds during which the recipients of one sender are counted together."""

    @property
    def host(self) -> str:
        """Name of this host."""
        return self.identity.name


def setup_of(
    config: Config,
    record: Recorder,
    key: bytes,
    trail: Trail,
    reader: Reader = no_reader,
) -> Setup:
    """Return the setup that `config` describes. Observe mode holds nothing, so after an error mail passes."""
    observing, policy = config.mode == "observe", policy_of(config)
    inbound = config.checks.of(canary.CHECK).value_of(canary.INBOUND)
    return Setup(
        config=config,
        policy=policy,
        record=record,
        mta=choose(config.mta),
        key=key,
        identity=load_identity(config.state_dir, key),
        on_error="pass" if observing else config.milter.on_error,
        inspect_timeout=config.milter.inspect_timeout,
        copies=config.campaigns.copies,
        window=config.campaigns.window,
        reader=reader,
        turns=turns_in(config.state_dir, workers_of(config)),
        knowledge=CurrentKnowledge(config, policy, key, trail),
        trail=trail,
        ledger=config.ledger.enabled,
        recipient_domains=config.ledger.recipient_domains,
        acquaintances=config.people.acquaintances,
        discard_to_canaries=inbound == "discard" and not observing,
        retention=config.ledger.retention,
        remember=config.people.remember,
        recipients_window=config.checks.of(unknown_recipients.CHECK).value_of(unknown_recipients.WINDOW),
    )


def workers_of(config: Config) -> int:
    """Return the number of workers; one a processor unless it is configured."""
    return config.milter.workers or len(os.sched_getaffinity(0))


def open_record(config: Config) -> tuple[Recorder, bytes, Trail]:
    """Return the record, the key of this host and the trail; all are created on first use."""
    key = load_key(config.state_dir)
    record = Recorder.open(config.database_url, config.state_dir, key, config.campaigns.window)
    return record, key, Trail.open(config.database_url, partial(log_error, "trail"))
