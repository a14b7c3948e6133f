"""The settings in sendmail.cf that concern Holdback; `packaging/sendmail/holdback.mc` has the right ones."""

import glob
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from holdback.mta.interface import Fitness, Setting

_ADD = "add the lines of packaging/sendmail/holdback.mc to sendmail.mc, and run make in its folder"
_MOST_HEADER_BYTES = 65_535
"""A longer field cannot be sent to a milter."""
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_DAY = "d"


@dataclass(frozen=True, slots=True)
class Filter:
    """One mail filter (INPUT_MAIL_FILTER)."""

    socket: str
    """`unix:/path`, `inet:port@host`."""
    flag: str
    """`T`, `R`, `4`; empty: mail passes while the filter does not answer."""
    timeout: float
    """Longest time from the end of the message to the reply, in seconds."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What Holdback needs of sendmail.cf."""

    options: Mapping[str, str]
    """By name in lower case: `queuedirectory`, `timeout.queuereturn` …"""
    filters: Mapping[str, Filter]
    groups: tuple[str, ...]
    """Folders of the queue groups."""

    def folders(self) -> tuple[Path, ...]:
        """Return the folders with control files."""
        named = (self.options.get("queuedirectory", "/var/spool/mqueue"), *self.groups)
        folders = (Path(path) for name in named for path in _paths(name))
        return tuple(
            dict.fromkeys(folder / "qf" if (folder / "qf").is_dir() else folder for folder in folders)
        )

    def lifetime(self) -> float:
        """Return the seconds after which Sendmail bounces mail that it cannot deliver."""
        prefix = "timeout.queuereturn"
        kinds = (prefix, f"{prefix}.normal", f"{prefix}.urgent", f"{prefix}.non-urgent")
        written = [self.options[kind] for kind in kinds if kind in self.options] or ["5d"]
        return min(seconds(value, _DAY) for value in written)


def settings_in(sendmail_cf: str) -> Settings:
    """Return the settings in the text of sendmail.cf."""
    options, filters, groups = {}, {}, []
    for line in sendmail_cf.splitlines():
        if line.startswith("O "):
            name, _, value = line[2:].partition("=")
            options[name.strip().lower()] = value.strip()
        elif line.startswith("X"):
            name, *fields = (word.strip() for word in line[1:].split(","))
            filters[name] = _filter(fields)
        elif line.startswith("Q"):
            groups += re.findall(r",\s*P(?:ath)?\s*=\s*([^,\s]+)", line)
    return Settings(options, filters, tuple(groups))


def examine(settings: Settings, listen: str, inspect_timeout: float) -> Iterator[Setting]:
    """Yield whether mail passes the milter on `listen`, and what happens to it while that does not answer."""
    name = "InputMailFilters"
    used = (word.strip() for word in re.split(r"[,;]", settings.options.get("inputmailfilters", "")))
    filters = (settings.filters.get(word) for word in used)
    ours = next((one for one in filters if one and _is_same_socket(one.socket, listen)), None)
    if ours:
        yield _examine_filter(name, ours, inspect_timeout)
    else:
        yield Setting(name, Fitness.WRONG, f"mail does not pass {listen}", _ADD)
    limit = int(settings.options.get("maxheaderslength", "32768") or 0)
    if not 0 < limit <= _MOST_HEADER_BYTES:
        text = f"{limit}: mail with a header field above {_MOST_HEADER_BYTES:,} bytes does not pass Holdback"
        yield Setting("MaxHeadersLength", Fitness.WRONG, text, _ADD)


def _examine_filter(name: str, ours: Filter, inspect_timeout: float) -> Setting:
    if ours.flag not in ("T", "4", "R"):
        text = "F= is not set: mail leaves unchecked while Holdback does not answer"
        return Setting(name, Fitness.WRONG, text, _ADD)
    if ours.timeout <= inspect_timeout:
        text = f"E:{ours.timeout:g}s is not longer than inspect_timeout, {inspect_timeout:g} s"
        advice = "make it 30 s longer: otherwise Sendmail gives up while Holdback is still at work"
        return Setting(name, Fitness.WRONG, text, advice)
    if ours.flag == "R":
        text = "F=R: mail is rejected for good while Holdback does not answer"
        return Setting(name, Fitness.WEAK, text, "use F=T: its sender tries again")
    text = f"{ours.socket}, F={ours.flag}, E:{ours.timeout:g}s; Sendmail refuses mail while Holdback is down"
    return Setting(name, Fitness.GOOD, text)


def _filter(fields: list[str]) -> Filter:
    values = {key.strip(): value.strip() for key, _, value in (field.partition("=") for field in fields)}
    steps = dict(step.strip().split(":", 1) for step in values.get("T", "").split(";") if ":" in step)
    return Filter(values.get("S", ""), values.get("F", ""), seconds(steps.get("E", "5m"), "s"))


def _is_same_socket(socket: str, listen: str) -> bool:
    kind, _, place = listen.partition(":")
    if kind == "fd":
        return True
    named = socket if ":" in socket else f"unix:{socket}"
    if kind == "unix":
        return named.removeprefix("local:").removeprefix("unix:") == place
    return named.startswith("inet") and named.partition(":")[2].partition("@")[0] == place.partition("@")[0]


def _paths(name: str) -> list[str]:
    return sorted(glob.glob(name)) if name.endswith("*") else [name]


def seconds(written: str, unit: str) -> float:
    """Return the seconds in a time as sendmail.cf has it, as `1h30m`; a number alone is in `unit`."""
    found = re.findall(r"(\d{1,9})\s*([smhdw]?)", written.lower())
    return float(sum(int(number) * _UNITS[letter or unit] for number, letter in found))
