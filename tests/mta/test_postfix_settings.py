"""Checks of Postfix's settings: does mail pass the milter, and what happens if the milter is down."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from holdback.mta.interface import Setting
from holdback.mta.postfix import Postfix
from holdback.mta.postfix_settings import Milter, examine, is_same_socket, milters, seconds
from rig.postfix import PrivatePostfix

SOCKET = "unix:/run/holdback/milter.sock"
GUARD = f"{{ {SOCKET}, default_action=quarantine, connect_timeout=10s, content_timeout=60s }}"
GOOD = {"smtpd_milters": GUARD, "non_smtpd_milters": GUARD, "enable_long_queue_ids": "yes"}


def fitness(found: Iterator[Setting]) -> dict[str, str]:
    """Fitness of the settings by name."""
    return {setting.name: str(setting.fitness) for setting in found}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("", []),
        (GUARD, [Milter(SOCKET, "quarantine", 60)]),
        ("inet:127.0.0.1:8899", [Milter("inet:127.0.0.1:8899", "tempfail", 300)]),
        ("inet:a:1, unix:/b", [Milter("inet:a:1", "tempfail", 300), Milter("unix:/b", "tempfail", 300)]),
        (
            "{inet:a:1, default_action = accept}, { unix:b , content_timeout=2m }",
            [Milter("inet:a:1", "accept", 300), Milter("unix:b", "tempfail", 120)],
        ),
    ],
)
def test_lists_of_milters(written: str, expected: list[Milter]) -> None:
    """Every syntax of postconf(5); defaults apply to entries without a value."""
    defaults = {"milter_default_action": "tempfail", "milter_content_timeout": "300s"}
    assert list(milters(written, defaults)) == expected


@pytest.mark.parametrize(
    ("address", "listen", "same"),
    [
        (SOCKET, SOCKET, True),
        ("unix:holdback/milter.sock", "unix:/var/spool/postfix/holdback/milter.sock", True),
        ("unix:/holdback/milter.sock", "unix:/var/spool/postfix/holdback/milter.sock", True),
        ("unix:/run/opendkim.sock", SOCKET, False),
        ("inet:127.0.0.1:8899", "inet:8899@127.0.0.1", True),
        ("inet:localhost:8899", "inet:8899@127.0.0.1", True),
        ("inet:127.0.0.1:8891", "inet:8899@127.0.0.1", False),
        (SOCKET, "inet:8899@127.0.0.1", False),
        ("inet:127.0.0.1:8899", SOCKET, False),
        ("unix:/given/by/systemd", "fd:3", True),
    ],
)
def test_which_milter_is_ours(address: str, listen: str, same: bool) -> None:
    """Our milter is recognised by its socket, also by the path inside smtpd's chroot."""
    assert is_same_socket(address, listen, Path("/var/spool/postfix")) == same


@pytest.mark.parametrize(
    ("written", "expected"),
    [("5d", 432_000), ("100s", 100), ("2m", 120), ("1h", 3600), ("1w", 604_800), ("7", 7)]
    + [(wrong, 0) for wrong in ("", "d", "5 d", "5y", "-5d", "1.5h", "1" * 10 + "s")],
)
def test_seconds(written: str, expected: float) -> None:
    """The time units of postconf(5); invalid values count as 0."""
    assert seconds(written) == expected


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, ("good", "good", "good")),
        ({"non_smtpd_milters": ""}, ("good", "wrong", "good")),
        ({"smtpd_milters": "unix:/run/opendkim.sock"}, ("wrong", "good", "good")),
        ({"smtpd_milters": f"unix:/run/opendkim.sock, {GUARD}"}, ("good", "good", "good")),
        ({"enable_long_queue_ids": "no"}, ("good", "good", "weak")),
        ({"smtpd_milters": GUARD.replace("quarantine", "accept")}, ("wrong", "good", "good")),
        ({"smtpd_milters": GUARD.replace("quarantine", "tempfail")}, ("good", "good", "good")),
        ({"smtpd_milters": GUARD.replace("60s", "30s")}, ("wrong", "good", "good")),
        ({"smtpd_milters": GUARD.replace("60s", "31s")}, ("good", "good", "good")),
        ({"non_smtpd_milters": SOCKET, "milter_default_action": "accept"}, ("good", "wrong", "good")),
    ],
)
def test_departures_from_main_cf_add(settings: dict[str, str], expected: tuple[str, ...]) -> None:
    """The lines of main.cf.add pass; each deviation is found, with advice."""
    found = list(examine({**GOOD, **settings}, SOCKET, 30))
    names = ("smtpd_milters", "non_smtpd_milters", "enable_long_queue_ids")
    assert fitness(iter(found)) == dict(zip(names, expected, strict=True))
    assert [setting.name for setting in found if bool(setting.advice) == (setting.fitness == "good")] == []


@pytest.mark.postfix
@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"smtpd_milters": GUARD, "non_smtpd_milters": "$smtpd_milters"}, ("good", "good", "good")),
        ({"smtpd_milters": GUARD}, ("good", "wrong", "good")),
        (
            {
                "smtpd_milters": GUARD.replace("60s", "30s"),
                "non_smtpd_milters": SOCKET,
                "milter_default_action": "accept",
            },
            ("wrong", "wrong", "good"),
        ),
    ],
)
def test_a_real_postfix(settings: dict[str, str], expected: tuple[str, ...]) -> None:
    """Settings are read by postconf with defaults and `$name` expanded, and so is the version."""
    with PrivatePostfix(relay=None, guarded=False, settings=settings) as postfix:
        first, *found = Postfix(postfix.config_dir).diagnose(SOCKET, 30)
        version = postfix.run("postconf", "-h", "mail_version").decode().strip()
    names = ("smtpd_milters", "non_smtpd_milters", "enable_long_queue_ids")
    assert fitness(iter(found)) == dict(zip(names, expected, strict=True))
    assert (first.name, first.fitness) == ("postfix", "good")
    assert first.text == f"version {version}, configured in {postfix.config_dir}"


def test_no_postfix(tmp_path: Path) -> None:
    """Without Postfix on this host there is a warning and no further check."""
    (found,) = Postfix(tmp_path).diagnose(SOCKET, 30)
    assert (found.name, found.fitness, "main.cf" in found.text) == ("postfix", "weak", True)
