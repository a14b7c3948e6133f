"""The settings in main.cf that concern the milter; `packaging/postfix/main.cf.add` has the right ones."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from holdback.mta.interface import Fitness, Setting

NAMES = (
    "smtpd_milters",
    "non_smtpd_milters",
    "milter_default_action",
    "milter_content_timeout",
    "enable_long_queue_ids",
    "queue_directory",
)
"""The settings that `examine` needs."""

_ADD = "add the lines of packaging/postfix/main.cf.add to main.cf"
_ENTRY = re.compile(r"\{([^}]*)\}|([^\s,{}]+)")
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}


@dataclass(frozen=True, slots=True)
class Milter:
    """One entry of smtpd_milters (postconf(5)), defaults filled in."""

    address: str
    """`unix:/path`, `inet:host:port`."""
    default_action: str
    content_timeout: float
    """Seconds."""


def examine(main_cf: Mapping[str, str], listen: str, inspect_timeout: float) -> Iterator[Setting]:
    """Yield whether mail passes the milter on `listen`, and what happens to it while that does not answer."""
    folder = Path(main_cf.get("queue_directory", "/"))
    for name, submission in (("smtpd_milters", "SMTP"), ("non_smtpd_milters", "sendmail(1)")):
        entries = milters(main_cf.get(name, ""), main_cf)
        ours = next((entry for entry in entries if is_same_socket(entry.address, listen, folder)), None)
        if ours:
            yield _examine_milter(name, ours, inspect_timeout)
        else:
            yield Setting(name, Fitness.WRONG, f"mail by {submission} does not pass {listen}", _ADD)
    name = "enable_long_queue_ids"
    if main_cf.get(name) == "yes":
        yield Setting(name, Fitness.GOOD, "yes: a queue id is never used twice")
    else:
        yield Setting(name, Fitness.WEAK, "no: Postfix may use a queue id again for another message", _ADD)


def _examine_milter(name: str, ours: Milter, inspect_timeout: float) -> Setting:
    action, timeout = ours.default_action, ours.content_timeout
    if action == "accept":
        text = "default_action=accept: mail leaves unchecked while Holdback does not answer"
        return Setting(name, Fitness.WRONG, text, _ADD)
    if timeout <= inspect_timeout:
        text = f"content_timeout={timeout:g}s is not longer than inspect_timeout, {inspect_timeout:g} s"
        advice = "make it 30 s longer: otherwise Postfix gives up while Holdback is still at work"
        return Setting(name, Fitness.WRONG, text, advice)
    text = f"{ours.address}, default_action={action}, content_timeout={timeout:g}s"
    return Setting(name, Fitness.GOOD, text)


def milters(written: str, main_cf: Mapping[str, str]) -> Iterator[Milter]:
    """Yield the entries of a list of milters; `main_cf` has the defaults."""
    for braced, plain in _ENTRY.findall(written):
        address, *rest = (word.strip() for word in (braced or plain).split(","))
        own = dict(word.replace(" ", "").split("=", 1) for word in rest if "=" in word)
        yield Milter(
            address,
            own.get("default_action", main_cf.get("milter_default_action", "tempfail")),
            seconds(own.get("content_timeout", main_cf.get("milter_content_timeout", "300s"))),
        )


def is_same_socket(address: str, listen: str, queue_directory: Path) -> bool:
    """Return whether Postfix's `address` is the socket that Holdback listens on.

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


def seconds(written: str) -> float:
    """Return the seconds in a time as main.cf has it, as `5d`; 0 for anything else."""
    match = re.fullmatch(r"(\d{1,9})([smhdw]?)", written)
    return float(match[1]) * _UNITS[match[2]] if match else 0.0
