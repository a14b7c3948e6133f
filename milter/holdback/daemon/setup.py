"""What one configuration makes of the daemon. A message is judged under the setup it began with."""

import socket
from dataclasses import dataclass
from typing import Literal

from holdback.cases.key import load_key
from holdback.cases.record import Record
from holdback.config import Config, circle_of, policy_of
from holdback.documents import Reader, no_reader
from holdback.mta.postfix import Postfix
from holdback.people import Circle
from holdback.policy import Policy


@dataclass(frozen=True, slots=True)
class Setup:
    """Everything that one message needs to know besides itself."""

    policy: Policy
    circle: Circle
    record: Record
    mta: Postfix
    key: bytes
    """Secret of this host for keyed hashes and tokens, 32 bytes."""
    host: str
    """Name of this host, as holds are recorded under."""
    on_error: Literal["hold", "tempfail", "pass"]
    """What becomes of a message that could not be judged."""
    inspect_timeout: float
    """Seconds."""
    copies: int
    """Copies of one campaign that are held before the next one is refused for now."""
    window: float
    """Seconds during which a decision speaks for later copies."""
    reader: Reader
    """Opens documents outside this process."""


def setup_of(config: Config, record: Record, key: bytes, reader: Reader = no_reader) -> Setup:
    """The setup that `config` describes. Observe mode holds nothing, so an error lets the message pass."""
    observing = config.mode == "observe"
    return Setup(
        policy=policy_of(config),
        circle=circle_of(config),
        record=record,
        mta=Postfix(config.mta.config_dir),
        key=key,
        host=socket.gethostname(),
        on_error="pass" if observing else config.milter.on_error,
        inspect_timeout=config.milter.inspect_timeout,
        copies=config.campaigns.copies,
        window=config.campaigns.window,
        reader=reader,
    )


def open_record(config: Config) -> tuple[Record, bytes]:
    """The record and the key of this host; both are made on first use."""
    key = load_key(config.state_dir)
    return Record.open(config.database_url, config.state_dir, key, config.campaigns.window), key
