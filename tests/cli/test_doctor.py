"""`holdback doctor`: every thing that is not well is named, with what to do; what is well is shown, too."""

import errno
import json
import socket
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cli.samples import SOCKS, Office
from holdback.cli.doctor import reading
from holdback.cli.doctor.diagnosis import Diagnosis, State
from holdback.cli.doctor.installation import (
    look_at_metrics,
    look_at_milter,
    look_at_record,
    look_at_state_dir,
)
from holdback.cli.doctor.mailserver import Milter, is_ours, look_at_mailserver, milters
from holdback.config import Config, config_of
from holdback.exits import Exit
from holdback.reader import Settings
from rig.holdback import Holdback
from rig.postfix import PrivatePostfix
from rig.waiting import free_port

Told = Callable[..., tuple[int, str, str]]
GUARD = (
    "{ unix:/run/holdback/milter.sock, default_action=quarantine, connect_timeout=10s, content_timeout=60s }"
)


def config(**settings: object) -> Config:
    return config_of({"internal_domains": ["corp.example"], **settings}, Path("test"))


def refused(*_: object) -> None:
    raise PermissionError(errno.EACCES, "Permission denied")


def states(found: Iterator[Diagnosis]) -> dict[str, str]:
    """Name → state."""
    return {diagnosis.name: str(diagnosis.state) for diagnosis in found}


@pytest.mark.parametrize(
    ("mode", "state"), [(0o700, "ok"), (0o750, "weak"), (0o701, "weak"), (0o777, "weak"), (None, "wrong")]
)
def test_state_dir(tmp_path: Path, mode: int | None, state: str) -> None:
    """Closed to others, open to them, or not there."""
    folder = tmp_path / "state"
    if mode is not None:
        folder.mkdir()
        folder.chmod(mode)
    assert states(look_at_state_dir(config(state_dir=str(folder)))) == {"state_dir": state}


def test_state_dir_that_is_a_file(tmp_path: Path) -> None:
    """Whatever has its name must be moved away."""
    (tmp_path / "state").touch()
    (found,) = look_at_state_dir(config(state_dir=str(tmp_path / "state")))
    assert (found.state, found.text) == (State.WRONG, f"{tmp_path}/state is not a folder")


def test_record(office: Office, tmp_path: Path) -> None:
    """A database that answers, one that is not there yet, and one that does not answer."""
    nowhere = f"postgresql+psycopg://nobody@127.0.0.1:{free_port()}/none"
    office.hold(SOCKS)
    assert states(look_at_record(config(state_dir=str(tmp_path)))) == {"record": "ok"}
    assert states(look_at_record(config(state_dir=str(tmp_path / "new")))) == {"record": "weak"}
    assert states(look_at_record(config(database={"url": nowhere}))) == {"record": "wrong"}


def test_somebody_without_permission(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither record nor milter is wrong because an ordinary user may not look; the examination goes on."""
    monkeypatch.setattr(Path, "open", refused)
    monkeypatch.setattr(socket.socket, "connect", refused)
    for found in (*look_at_record(config()), *look_at_milter(config())):
        assert (found.state, "sudo" in found.advice) == (State.WEAK, True)


def test_nobody_answers(tmp_path: Path) -> None:
    """Without a milter Postfix holds all mail, which is wrong; without metrics nobody watches: weak."""
    for listen in (f"unix:{tmp_path}/none", f"inet:{free_port()}@127.0.0.1", f"inet6:{free_port()}@[::1]"):
        (found,) = look_at_milter(config(milter={"listen": listen}))
        assert (found.state, found.text.startswith(listen)) == (State.WRONG, True)
    silent = config(metrics={"listen": f"127.0.0.1:{free_port()}"})
    assert states(look_at_metrics(silent)) == {"metrics": "weak"}
    assert states(look_at_metrics(config(metrics={"listen": ""}))) == {"metrics": "ok"}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("", []),
        (GUARD, [Milter("unix:/run/holdback/milter.sock", "quarantine", 60)]),
        ("inet:127.0.0.1:8899", [Milter("inet:127.0.0.1:8899", "tempfail", 300)]),
        ("inet:a:1, unix:/b", [Milter("inet:a:1", "tempfail", 300), Milter("unix:/b", "tempfail", 300)]),
        (
            "{inet:a:1, default_action = accept}, { unix:b , content_timeout=2m }",
            [Milter("inet:a:1", "accept", 300), Milter("unix:b", "tempfail", 120)],
        ),
    ],
)
def test_lists_of_milters(written: str, expected: list[Milter]) -> None:
    """As postconf(5) lets them be written; defaults stand where an entry says nothing."""
    defaults = {"milter_default_action": "tempfail", "milter_content_timeout": "300s"}
    assert list(milters(written, defaults)) == expected


@pytest.mark.parametrize(
    ("address", "listen", "same"),
    [
        ("unix:/run/holdback/milter.sock", "unix:/run/holdback/milter.sock", True),
        ("unix:holdback/milter.sock", "unix:/var/spool/postfix/holdback/milter.sock", True),
        ("unix:/holdback/milter.sock", "unix:/var/spool/postfix/holdback/milter.sock", True),
        ("unix:/run/opendkim.sock", "unix:/run/holdback/milter.sock", False),
        ("inet:127.0.0.1:8899", "inet:8899@127.0.0.1", True),
        ("inet:localhost:8899", "inet:8899@127.0.0.1", True),
        ("inet:127.0.0.1:8891", "inet:8899@127.0.0.1", False),
        ("unix:/run/holdback/milter.sock", "inet:8899@127.0.0.1", False),
        ("inet:127.0.0.1:8899", "unix:/run/holdback/milter.sock", False),
        ("unix:/given/by/systemd", "fd:3", True),
    ],
)
def test_which_milter_is_ours(address: str, listen: str, same: bool) -> None:
    """Paths as a chrooted smtpd sees them, too."""
    assert is_ours(address, listen, Path("/var/spool/postfix")) == same


def told_postfix(settings: dict[str, str], listen: str) -> dict[str, str]:
    with PrivatePostfix(relay=None, guarded=False, settings=settings) as postfix:
        told = config(milter={"listen": listen}, mta={"config_dir": str(postfix.config_dir)})
        return states(look_at_mailserver(told))


@pytest.mark.postfix
@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"smtpd_milters": GUARD, "non_smtpd_milters": "$smtpd_milters"}, ("ok", "ok", "ok")),
        ({"smtpd_milters": GUARD}, ("ok", "wrong", "ok")),
        ({"enable_long_queue_ids": "no"}, ("wrong", "wrong", "weak")),
        (
            {"smtpd_milters": GUARD.replace("quarantine", "accept"), "non_smtpd_milters": GUARD},
            ("wrong", "ok", "ok"),
        ),
        (
            {
                "smtpd_milters": GUARD.replace("60s", "30s"),
                "non_smtpd_milters": "unix:/run/holdback/milter.sock",
                "milter_default_action": "accept",
            },
            ("wrong", "wrong", "ok"),
        ),
    ],
)
def test_what_postfix_is_told(settings: dict[str, str], expected: tuple[str, ...]) -> None:
    """The lines of main.cf.add are well; each departure from them is named."""
    names = ("smtpd_milters", "non_smtpd_milters", "enable_long_queue_ids")
    found = told_postfix(settings, "unix:/run/holdback/milter.sock")
    assert found == dict(zip(names, expected, strict=True))


def test_no_postfix(tmp_path: Path) -> None:
    """It may be on another host; that is said, and no more."""
    assert states(look_at_mailserver(config(mta={"config_dir": str(tmp_path)}))) == {"postfix": "weak"}


def test_the_reader_is_tried() -> None:
    """Layers, attempts and libraries, a line each; nothing is wrong with it here."""
    found = list(reading.look_at_reader(config()))
    names = [diagnosis.name for diagnosis in found]
    assert [diagnosis for diagnosis in found if diagnosis.state is State.WRONG] == []
    assert {"reader", "reader: seccomp", "reader tries to open a file", "reader opens a PDF"} <= set(names)
    assert len(set(names)) == len(names) == 1 + 4 + 10 + 4


def test_a_document_may_not_take_all_the_time() -> None:
    """A deadline that never comes is said."""
    patient = config(reader={"timeout": 30}, milter={"inspect_timeout": 30})
    assert next(reading.look_at_reader(patient)).name == "reader.timeout"


def test_a_reader_that_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """One line says why, and what becomes of attachments."""
    monkeypatch.setattr(reading, "reader_of", lambda config: Settings(command=("/none",)))
    (found,) = reading.look_at_reader(config())
    assert (found.state, found.text) == (
        State.WRONG,
        "does not start: [Errno 2] No such file or directory: '/none'",
    )


@pytest.mark.postfix
def test_a_whole_installation(holdback: Holdback) -> None:
    """Postfix and Holdback as they should be: all is well, and the exit code says so."""
    done = holdback.cli("doctor", "--json")
    weak = [line for line in done.lines if line["state"] != "ok" and "reader" not in line["name"]]
    assert weak == []
    assert {"configuration", "state_dir", "record", "milter", "metrics"} <= {
        line["name"] for line in done.lines
    }
    assert done.code == (Exit.OK if all(line["state"] == "ok" for line in done.lines) else Exit.FOUND)


def test_what_an_operator_sees(office: Office, told: Told) -> None:
    """Lines that fit a terminal, the advice below what is not well, a summary; exit code 1."""
    code, out, _ = told("doctor")
    assert (code, max(map(len, out.splitlines())) <= 80) == (Exit.FOUND, True)
    assert "wrong  milter: unix:/run/holdback/milter.sock:" in out
    assert " looked at, 1 wrong, " in out.splitlines()[-1]


def test_mistakes_in_the_configuration(office: Office, told: Told) -> None:
    """All of them at once, exit code 78, as with every command."""
    office.config.write_text("mode = 1\n")
    code, out, err = told("doctor")
    assert (code, out, err.count("\n")) == (Exit.CONFIG, "", 2)


def test_json_is_one_object_a_line(office: Office, told: Told) -> None:
    """Name, state, text, advice."""
    _, out, _ = told("doctor", "--json")
    keys = {tuple(json.loads(line)) for line in out.splitlines()}
    assert keys == {("name", "state", "text", "advice")}
    assert stat.S_ISREG(office.config.stat().st_mode)
