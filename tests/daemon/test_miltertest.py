"""The same with an independent MTA: Debian's miltertest (OpenDKIM) and its Lua scripts.

`mt.eoh` is left out: miltertest gives up there if a milter, as ours does, asked not to hear of it.
"""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from rig.daemonlog import lines
from rig.holdback import Holdback

Start = Callable[..., Holdback]

SCRIPT = """\
mt.set_timeout(30)
conn = mt.connect("unix:" .. socket)
if conn == nil then error("no connection") end
if mt.negotiate(conn, nil, nil, nil) ~= nil then error("negotiate") end
if mt.conninfo(conn, "client.corp.example", "192.0.2.1") ~= nil then error("conninfo") end
mt.macro(conn, SMFIC_MAIL, "i", "4ABC")
if mt.mailfrom(conn, "<ann@corp.example>") ~= nil then error("mailfrom") end
if mt.rcptto(conn, "<bob@customer.example>") ~= nil then error("rcptto") end
if mt.header(conn, "From", " ann@corp.example") ~= nil then error("header") end
for n = 1, tonumber(strangers) do
  if mt.header(conn, "Cc", " p" .. n .. "@shop" .. n .. ".example") ~= nil then error("header") end
end
if mt.bodystring(conn, "Hello.\\r\\n") ~= nil then error("body") end
if mt.eom(conn) ~= nil then error("eom") end
if mt.getreply(conn) ~= {reply} then mt.echo("other reply") error() end
{check}
mt.disconnect(conn)
"""


def run(milter: Holdback, tmp_path: Path, strangers: int, reply: str, check: str = "") -> str:
    """Error output of the script; empty if it succeeds."""
    script = tmp_path / "script.lua"
    script.write_text(SCRIPT.format(reply=reply, check=check))
    values = ["-D", f"socket={milter.socket}", "-D", f"strangers={strangers}"]
    done = subprocess.run(["miltertest", "-s", script, *values], capture_output=True, text=True, timeout=60)
    return (done.stdout or "failed") if done.returncode else ""


def test_accepted_and_held(milter: Holdback, tmp_path: Path) -> None:
    """Nine strangers pass unchanged, ten are quarantined with a case."""
    unchanged = 'if mt.eom_check(conn, MT_HDRADD) then mt.echo("header added") error() end'
    assert run(milter, tmp_path, 9, "SMFIR_ACCEPT", unchanged) == ""
    held = 'if not mt.eom_check(conn, MT_QUARANTINE) then mt.echo("not held") error() end'
    assert run(milter, tmp_path, 10, "SMFIR_CONTINUE", held) == ""
    assert [line["action"] for line in lines(milter)] == ["pass", "hold"]


def test_rejected(start: Start, tmp_path: Path) -> None:
    """A refusal is a reply with a code."""
    milter = start({"checks": {"visible_recipients": {"action": "reject"}}})
    assert run(milter, tmp_path, 10, "SMFIR_REPLYCODE") == ""


@pytest.mark.parametrize(("strangers", "reply"), [(10, "SMFIR_ACCEPT"), (9, "SMFIR_CONTINUE")])
def test_miltertest_can_complain(milter: Holdback, tmp_path: Path, strangers: int, reply: str) -> None:
    """The script fails if an answer differs from the expected one."""
    assert run(milter, tmp_path, strangers, reply) == "other reply\n"
