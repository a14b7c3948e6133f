"""What Postfix is told about the milter; `packaging/postfix/main.cf.add` has the lines it should have."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from holdback.cli.doctor.diagnosis import Diagnosis, failed, ok, warning
from holdback.config import Config
from holdback.mta.postfix import MtaError, Postfix, seconds

_ADD = "add the lines of packaging/postfix/main.cf.add to main.cf"
_ENTRY = re.compile(r"\{([^}]*)\}|([^\s,{}]+)")
_NAMES = (
    "smtpd_milters",
    "non_smtpd_milters",
    "milter_default_action",
    "milter_content_timeout",
    "enable_long_queue_ids",
    "queue_directory",
)


@dataclass(frozen=True, slots=True)
class Milter:
    """One entry of smtpd_milters (postconf(5)), defaults filled in."""

    address: str
    """`unix:/path`, `inet:host:port`."""
    default_action: str
    content_timeout: float
    """Seconds."""


def check_mailserver(config: Config) -> Iterator[Diagnosis]:
    """Mail of either way passes Holdback, waits if it does not answer, and long enough."""
    try:
        told = Postfix(config.mta.config_dir).settings(*_NAMES)
    except MtaError as error:
        yield warning(
            "postfix", str(error), "see mta.config_dir; it takes Postfix on this host, and perhaps sudo"
        )
        return
    for name, whose in (("smtpd_milters", "SMTP"), ("non_smtpd_milters", "sendmail(1)")):
        entries = milters(told.get(name, ""), told)
        folder = Path(told.get("queue_directory", "/"))
        ours = [entry for entry in entries if is_ours(entry.address, config.milter.listen, folder)]
        if not ours:
            yield failed(name, f"mail by {whose} does not pass {config.milter.listen}", _ADD)
        else:
            yield from _entry(name, ours[0], config.milter.inspect_timeout)
    if told.get("enable_long_queue_ids") == "yes":
        yield ok("enable_long_queue_ids", "yes: queue ids are never used twice")
    else:
        yield warning("enable_long_queue_ids", "no: a queue id may name another message later", _ADD)


def _entry(name: str, ours: Milter, inspect_timeout: float) -> Iterator[Diagnosis]:
    action, timeout = ours.default_action, ours.content_timeout
    if action == "accept":
        yield failed(name, "default_action=accept: mail goes out unseen while Holdback does not answer", _ADD)
    elif timeout <= inspect_timeout:
        text = f"content_timeout={timeout:g}s is not longer than inspect_timeout, {inspect_timeout:g} s"
        yield failed(name, text, "make it 30 s longer: else Postfix gives up while Holdback still looks")
    else:
        yield ok(name, f"{ours.address}, default_action={action}, content_timeout={timeout:g}s")


def milters(written: str, told: Mapping[str, str]) -> Iterator[Milter]:
    """The entries of a list of milters; `told` has the defaults."""
    for braced, plain in _ENTRY.findall(written):
        address, *rest = (word.strip() for word in (braced or plain).split(","))
        own = dict(word.replace(" ", "").split("=", 1) for word in rest if "=" in word)
        yield Milter(
            address,
            own.get("default_action", told.get("milter_default_action", "tempfail")),
            seconds(own.get("content_timeout", told.get("milter_content_timeout", "300s"))),
        )


def is_ours(address: str, listen: str, queue_directory: Path) -> bool:
    """True if Postfix's `address` is the socket that Holdback listens on.

    A chrooted smtpd sees paths from `queue_directory` on.
    """
    kind, _, place = listen.partition(":")
    if kind == "unix":
        path = address.removeprefix("unix:")
        inside = queue_directory / path.lstrip("/")
        return address.startswith("unix:") and Path(place) in (queue_directory / path, inside)
    if kind == "fd":
        return True
    return address.startswith("inet") and address.rpartition(":")[2] == place.partition("@")[0]
