"""The systemd units and what belongs to them: valid, tight, and not tighter than Holdback can bear."""

import grp
import json
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from rig.postfix import PrivatePostfix

PACKAGING = Path(__file__).parents[2] / "packaging"
UNITS = sorted(path.name for path in (PACKAGING / "systemd").iterdir())
DROP_INS = sorted((PACKAGING / "sendmail/systemd").glob("*/sendmail.conf"))
HOLDBACK = Path(sys.executable).with_name("holdback")


def available(*names: str) -> list[str]:
    """Those of the programs that this host has."""
    return [path for path in map(shutil.which, names) if path]


@pytest.mark.parametrize("analyze", available("systemd-analyze"))
@pytest.mark.parametrize("name", UNITS)
def test_systemd_accepts_the_unit(tmp_path: Path, analyze: str, name: str) -> None:
    """Not a single warning, once the program and its manual are installed."""
    for each in UNITS:
        text = (PACKAGING / "systemd" / each).read_text().replace("Documentation=", "#")
        (tmp_path / each).write_text(text.replace("ExecStart=holdback", f"ExecStart={HOLDBACK}"))
    done = subprocess.run([analyze, "verify", tmp_path / name], capture_output=True, text=True)
    ours = [line for line in done.stderr.splitlines() if "holdback" in line]
    assert (done.returncode, ours) == (0, [])


@pytest.mark.parametrize("analyze", available("systemd-analyze"))
@pytest.mark.parametrize("name", [path.parent.name[:-2] for path in DROP_INS])
def test_systemd_accepts_the_unit_with_sendmail(tmp_path: Path, analyze: str, name: str) -> None:
    """The drop-ins change what belongs to Postfix, and nothing of it is left."""
    folder = tmp_path / "systemd"
    shutil.copytree(PACKAGING / "systemd", folder)
    shutil.copytree(PACKAGING / "sendmail/systemd", folder, dirs_exist_ok=True)
    for path in folder.glob("*.*"):
        if path.is_file():
            text = path.read_text().replace("Documentation=", "#")
            path.write_text(text.replace("ExecStart=holdback", f"ExecStart={HOLDBACK}"))
    done = subprocess.run([analyze, "verify", folder / name], capture_output=True, text=True)
    ours = [line for line in done.stderr.splitlines() if "holdback" in line]
    assert (done.returncode, ours) == (0, [])


@pytest.mark.parametrize("analyze", available("systemd-analyze"))
@pytest.mark.parametrize(
    ("name", "exposure"),
    [
        ("holdback.service", 20),
        ("holdback-agent.service", 30),
        ("holdback-customers.service", 20),
    ],
)
def test_the_service_is_confined(analyze: str, name: str, exposure: int) -> None:
    """systemd's own measure, in tenths: below 2.0 for what reads hostile mail."""
    words = ["security", "--offline=true", f"--threshold={exposure}", PACKAGING / "systemd" / name]
    done = subprocess.run([analyze, *words], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(("groups", "sees"), [(["postdrop"], True), ([], False)])
def test_the_queue_is_visible_without_new_privileges(groups: list[str], sees: bool) -> None:
    """postqueue is set-gid, which NoNewPrivileges turns off: the supplementary group is needed."""
    written = (PACKAGING / "systemd/holdback.service").read_text().splitlines()
    assert {"NoNewPrivileges=yes", "SupplementaryGroups=postdrop"} <= set(written)
    numbers = ",".join(str(grp.getgrnam(group).gr_gid) for group in groups)
    with PrivatePostfix(relay=None) as postfix:
        postfix.submit(b"Subject: x\n\nhello\n", "ann@corp.example", ["bob@shop.example"])
        held = postfix.wait_held(1)
        confined = ["setpriv", "--no-new-privs", "--reuid=nobody", "--regid=nogroup"]
        confined.append(f"--groups={numbers}" if groups else "--clear-groups")
        done = subprocess.run(
            [*confined, "postqueue", "-c", postfix.config_dir, "-j"], capture_output=True, text=True
        )
    seen = [json.loads(line)["queue_id"] for line in done.stdout.splitlines()]
    assert seen == (held if sees else [])


@pytest.mark.parametrize("sysusers", available("systemd-sysusers"))
@pytest.mark.parametrize("tmpfiles", available("systemd-tmpfiles"))
def test_the_socket_belongs_to_postfix(tmp_path: Path, sysusers: str, tmpfiles: str) -> None:
    """Postfix drops supplementary groups: its own group owns the folder and, set-gid, what is made in it."""
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/passwd").write_text("root:x:0:0::/root:/bin/sh\n")
    (tmp_path / "etc/group").write_text("root:x:0:\npostfix:x:4321:\n")
    root = f"--root={tmp_path}"
    subprocess.run([sysusers, root, PACKAGING / "sysusers.d/holdback.conf"], check=True)
    subprocess.run([tmpfiles, root, "--create", PACKAGING / "tmpfiles.d/holdback.conf"], check=True)
    (user,) = [
        line for line in (tmp_path / "etc/passwd").read_text().splitlines() if line.startswith("holdback:")
    ]
    for folder, mode in (("run/holdback", 0o2751), ("var/spool/postfix/holdback", 0o2750)):
        status = (tmp_path / folder).stat()
        owner = (stat.S_IMODE(status.st_mode), str(status.st_uid), status.st_gid)
        assert owner == (mode, user.split(":")[2], 4321)
        (tmp_path / folder / "milter.sock").touch()
        assert (tmp_path / folder / "milter.sock").stat().st_gid == 4321


def test_the_root_service_takes_nothing_from_the_milter() -> None:
    """StateDirectory in a root service would hand the milter's folder over to root."""
    text = (PACKAGING / "systemd/holdback-agent.service").read_text()
    assert [line for line in text.splitlines() if line.startswith(("StateDirectory", "User"))] == []


def test_the_lines_for_sendmail_are_in_the_documentation() -> None:
    """The how-to has the lines that the tests start Sendmail with."""
    lines = (PACKAGING / "sendmail/holdback.mc").read_text().splitlines()
    shown = (PACKAGING.parent / "docs/how-to/sendmail.md").read_text()
    assert [line for line in lines if not line.startswith("dnl") and line not in shown] == []


def test_the_lines_for_postfix_are_understood() -> None:
    """A private Postfix takes them over as they are and expands them without a warning."""
    lines = (PACKAGING / "postfix/main.cf.add").read_text().splitlines()
    added = [line for line in lines if line and not line.startswith("#")]
    assert [line.split(" = ")[0] for line in added] == [
        "smtpd_milters",
        "non_smtpd_milters",
        "enable_long_queue_ids",
    ]
    with PrivatePostfix(
        relay=None, guarded=False, settings=dict(line.split(" = ", 1) for line in added)
    ) as postfix:
        shown = postfix.run("postconf", "-x", "non_smtpd_milters", "enable_long_queue_ids").decode()
        problems = [line for line in postfix.log().splitlines() if "warning" in line]
    assert "unix:/run/holdback/milter.sock, default_action=quarantine" in shown
    assert ("enable_long_queue_ids = yes" in shown, problems) == (True, [])
