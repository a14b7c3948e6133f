"""`holdback doctor`: each check passes, or fails or warns with a suggested fix."""

import errno
import json
import socket
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cli.samples import SOCKS, Office
from holdback.cli.doctor import reader
from holdback.cli.doctor.diagnosis import Diagnosis, State
from holdback.cli.doctor.installation import (
    check_database,
    check_metrics,
    check_milter,
    check_state_dir,
)
from holdback.cli.doctor.mailserver import check_mailserver
from holdback.cli.doctor.operators import check_operators
from holdback.config import Config, config_of
from holdback.custody.held_mail import SOCKET
from holdback.exits import Exit
from holdback.reader import Settings
from rig.holdback import Holdback
from rig.mta import PrivateMta
from rig.waiting import free_port

pytestmark = pytest.mark.slow

Run = Callable[..., tuple[int, str, str]]


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
    """Private, accessible to others, or missing."""
    folder = tmp_path / "state"
    if mode is not None:
        folder.mkdir()
        folder.chmod(mode)
    assert states(check_state_dir(config(state_dir=str(folder)))) == {"state_dir": state}


def test_state_dir_that_is_a_file(tmp_path: Path) -> None:
    """A file in its place is an error."""
    (tmp_path / "state").touch()
    (found,) = check_state_dir(config(state_dir=str(tmp_path / "state")))
    assert (found.state, found.text) == (State.FAILED, f"{tmp_path}/state is not a directory")


def test_record(office: Office, tmp_path: Path) -> None:
    """An available, a missing and an unavailable database."""
    nowhere = f"postgresql+psycopg://nobody@127.0.0.1:{free_port()}/none"
    office.hold(SOCKS)
    assert states(check_database(config(state_dir=str(tmp_path)))) == {"database": "ok"}
    assert states(check_database(config(state_dir=str(tmp_path / "new")))) == {"database": "weak"}
    assert states(check_database(config(database={"url": nowhere}))) == {"database": "wrong"}


def test_without_permission(monkeypatch: pytest.MonkeyPatch) -> None:
    """Missing permission is a warning, and the other checks run."""
    monkeypatch.setattr(Path, "open", refused)
    monkeypatch.setattr(socket.socket, "connect", refused)
    for found in (*check_database(config()), *check_milter(config())):
        assert (found.state, "sudo" in found.advice) == (State.WARNING, True)


def test_nothing_listens(tmp_path: Path) -> None:
    """A missing milter is a failure, missing metrics are a warning."""
    for listen in (f"unix:{tmp_path}/none", f"inet:{free_port()}@127.0.0.1", f"inet6:{free_port()}@[::1]"):
        (found,) = check_milter(config(milter={"listen": listen}))
        assert (found.state, found.text.startswith(listen)) == (State.FAILED, True)
    silent = config(metrics={"listen": f"127.0.0.1:{free_port()}"})
    assert states(check_metrics(silent)) == {"metrics": "weak"}
    assert states(check_metrics(config(metrics={"listen": ""}))) == {"metrics": "ok"}


def test_what_decisions_need(tmp_path: Path) -> None:
    """Without an agent, without the socket, or with a role for nobody: a warning each."""
    roles = {"viewer": ["root", "@root"], "socket": str(tmp_path / "none")}
    found = states(check_operators(config(state_dir=str(tmp_path), roles=roles)))
    assert found == {"agent": "weak", "roles": "ok", "operators": "weak"}
    with socket.socket(socket.AF_UNIX) as agent:
        agent.bind(str(tmp_path / SOCKET))
        silent, *_ = check_operators(config(state_dir=str(tmp_path), roles=roles))
        agent.listen()
        running, *_ = check_operators(config(state_dir=str(tmp_path), roles=roles))
    assert (silent.state, "held in an outage" in silent.advice) == (State.WARNING, True)
    assert running.state is State.OK
    roles = {"manager": ["@no-such-group", "no-such-user", "root"], "socket": ""}
    none, unknown, off = check_operators(config(state_dir=str(tmp_path), roles=roles))
    assert (none.name, off.state) == ("agent", State.OK)
    assert unknown.text == "no such user or group: @no-such-group, no-such-user"


def test_no_postfix(tmp_path: Path) -> None:
    """A warning: it may be on another host."""
    assert states(check_mailserver(config(mta={"config_dir": str(tmp_path)}))) == {"postfix": "weak"}


def test_the_reader_is_tried() -> None:
    """Layers, attempts and libraries, one check each; none fails here."""
    found = list(reader.check_reader(config()))
    names = [diagnosis.name for diagnosis in found]
    assert [diagnosis for diagnosis in found if diagnosis.state is State.FAILED] == []
    assert {"reader", "reader: seccomp", "reader tries to open a file", "reader opens a PDF"} <= set(names)
    assert len(set(names)) == len(names) == 1 + 4 + 11 + 4


def test_a_document_may_not_take_all_the_time() -> None:
    """reader.timeout must be less than inspect_timeout."""
    patient = config(reader={"timeout": 30}, milter={"inspect_timeout": 30})
    assert next(reader.check_reader(patient)).name == "reader.timeout"


def test_a_reader_that_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """One failed check with the reason."""
    monkeypatch.setattr(reader, "reader_of", lambda config: Settings(command=("/none",)))
    (found,) = reader.check_reader(config())
    assert (found.state, found.text) == (
        State.FAILED,
        "does not start: [Errno 2] No such file or directory: '/none'",
    )


@pytest.mark.postfix
def test_a_whole_installation(mta: PrivateMta) -> None:
    """A correct installation passes all checks; exit code 0."""
    with Holdback(mta) as holdback, holdback.agent():
        done = holdback.cli("doctor", "--json")
    weak = [line for line in done.lines if line["state"] != "ok" and "reader" not in line["name"]]
    assert weak == []
    expected = {
        "configuration",
        "state_dir",
        "database",
        mta.name.lower(),
        "milter",
        "metrics",
        "agent",
        "roles",
    }
    assert expected <= {line["name"] for line in done.lines}
    assert done.code == (Exit.OK if all(line["state"] == "ok" for line in done.lines) else Exit.FOUND)


def test_the_printed_form(office: Office, run: Run) -> None:
    """At most 80 columns; a fix below each failure, a summary; exit code 1."""
    code, out, _ = run("doctor")
    assert (code, max(map(len, out.splitlines())) <= 80) == (Exit.FOUND, True)
    assert "failed   milter: unix:/run/holdback/milter.sock:" in out
    assert " checks: 1 failed, " in out.splitlines()[-1]


def test_mistakes_in_the_configuration(office: Office, run: Run) -> None:
    """All at once, exit code 78, as for every command."""
    office.config.write_text("mode = 1\n")
    code, out, err = run("doctor")
    assert (code, out, err.count("\n")) == (Exit.CONFIG, "", 2)


def test_json_is_one_object_a_line(office: Office, run: Run) -> None:
    """Name, state, text, advice."""
    _, out, _ = run("doctor", "--json")
    keys = {tuple(json.loads(line)) for line in out.splitlines()}
    assert keys == {("name", "state", "text", "advice")}
    assert stat.S_ISREG(office.config.stat().st_mode)
