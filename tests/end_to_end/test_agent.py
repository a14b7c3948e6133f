"""The agent carries out decisions by itself, with no more rights than its unit gives it."""

import re
import shutil
import signal
import subprocess
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest
from holdback.cases.casebook import Casebook
from holdback.cases.model import Decision
from holdback.config import load
from rig.holdback import HOLDBACK, Holdback
from rig.mta import PrivateMta
from rig.samples import FIRMS, socks
from rig.sink import Sink
from rig.waiting import wait_until

pytestmark = pytest.mark.postfix

SOCKS = socks()
PACKAGING = Path(__file__).parents[2] / "packaging"
UNIT = PACKAGING / "systemd/holdback-agent.service"
DROP_IN = PACKAGING / "sendmail/systemd/holdback-agent.service.d/sendmail.conf"


def confined(mta: PrivateMta) -> list[str]:
    """The command that gives a program the capabilities of the unit and no more."""
    is_sendmail = mta.name == "Sendmail"
    units = UNIT.read_text() + (DROP_IN.read_text() if is_sendmail else "")
    written = " ".join(re.findall(r"^CapabilityBoundingSet=(.*)$", units, re.MULTILINE)).split()
    # The private Sendmail starts in namespaces of its own.
    names = [*written, "CAP_SYS_ADMIN"] if is_sendmail else written
    kept = ",".join(f"+{name.removeprefix('CAP_').lower()}" for name in names)
    privileges = [] if is_sendmail else ["--no-new-privs"]
    return ["setpriv", f"--bounding-set=-all,{kept}", *privileges, "--"]


def decide(holdback: Holdback, decision: Decision) -> None:
    """Put a decision about the only case on record, as a host without this queue does."""
    with closing(Casebook.open(load(holdback.config_file).database_url)) as book:
        (case,) = book.cases()
        book.decide(case.id, decision, "olga", "", 0.0)


@pytest.mark.parametrize(
    ("decision", "recipients"),
    [
        (Decision.RELEASE, SOCKS.recipients),
        (Decision.RELEASE_BCC, SOCKS.recipients),
        (Decision.DROP, ()),
        (Decision.RETURN, (SOCKS.sender,)),
    ],
)
def test_a_decision_made_elsewhere(
    decision: Decision, recipients: tuple[str, ...], mta: PrivateMta, holdback: Holdback, sink: Sink
) -> None:
    """It is carried out once, with the capabilities of the unit."""
    mta.send(SOCKS.raw, SOCKS.sender, SOCKS.recipients)
    with holdback.agent(*confined(mta)) as log:
        decide(holdback, decision)
        wait_until(lambda: "decisions carried out" in log.read_text(), "the decision to be carried out")
        wait_until(lambda: mta.queue() == [], "an empty queue")
    wait_until(lambda: len(sink.recipients()) >= len(recipients), "the deliveries")
    assert Counter(sink.recipients()) == Counter(recipients)
    assert '"error"' not in log.read_text()
    assert holdback.cli("reconcile", "--json").json["carried_out"] == 0


def test_a_drop_after_its_grace_period(mta: PrivateMta, sink: Sink) -> None:
    """The agent deletes the mail when the decision can no longer be undone."""
    settings = {"internal_domains": FIRMS, "decisions": {"grace": 3}}
    with Holdback(mta, settings) as holdback, holdback.agent() as log:
        queue_id = mta.send(SOCKS.raw, SOCKS.sender, SOCKS.recipients).queue_id
        (case,) = holdback.cli("cases", "--json").lines
        assert holdback.cli("drop", case["id"]).code == 0
        assert mta.held() == [queue_id]
        wait_until(lambda: mta.queue() == [], "an empty queue")
        wait_until(lambda: "decisions carried out" in log.read_text(), "the decision to be carried out")
    assert sink.deliveries() == []


def test_killed_at_work(mta: PrivateMta, sink: Sink) -> None:
    """The next agent finishes what was begun; each recipient gets the mail once."""
    with Holdback(mta, {"internal_domains": FIRMS, "campaigns": {"copies": 1000}}) as holdback:
        for _ in range(20):
            mta.send(SOCKS.raw, SOCKS.sender, SOCKS.recipients[:3])
        with subprocess.Popen([HOLDBACK, "agent"], env=holdback.environment, stderr=subprocess.PIPE) as agent:
            assert agent.stderr
            assert b"agent started" in agent.stderr.readline()
            decide(holdback, Decision.RELEASE_BCC)
            wait_until(lambda: len(sink.deliveries()) >= 2, "the first deliveries")
            agent.send_signal(signal.SIGKILL)
        with holdback.agent():
            wait_until(lambda: mta.queue() == [], "an empty queue")
    assert Counter(sink.recipients()) == Counter(dict.fromkeys(SOCKS.recipients[:3], 20))


def test_it_may_start_first(mta: PrivateMta) -> None:
    """What it creates belongs to the owner of the folder: the milter, with a user of its own, can use it."""
    holdback = Holdback(mta, {"internal_domains": FIRMS})
    shutil.chown(holdback.state_dir, "nobody", "nogroup")
    command = [HOLDBACK, "agent"]
    with subprocess.Popen(command, env=holdback.environment, stderr=subprocess.PIPE) as agent:
        assert agent.stderr
        assert b"agent started" in agent.stderr.readline()
        database = holdback.state_dir / "holdback.db"
        wait_until(lambda: Path(f"{database}-wal").exists(), "the database")
        owners = {
            path.name: path.owner() for path in holdback.state_dir.iterdir() if ".lock" not in path.name
        }
        agent.terminate()
        assert agent.wait() == 0
    assert {"key", "host.id", "holdback.db", "holdback.db-wal"} <= set(owners)
    assert set(owners.values()) == {"nobody"}


def test_without_its_folder(mta: PrivateMta) -> None:
    """One line, and exit code 69: systemd tries again."""
    holdback = Holdback(mta, {"state_dir": "/nonexistent/holdback"})
    done = holdback.cli("agent")
    assert (done.code, done.err.count("\n")) == (69, 1)
    assert "/nonexistent/holdback" in done.err


def test_only_root(mta: PrivateMta, holdback: Holdback) -> None:
    """Others get a sentence, and the exit code 77."""
    words = ["setpriv", "--reuid=nobody", "--clear-groups", HOLDBACK, "agent"]
    done = subprocess.run(words, env=holdback.environment, capture_output=True, text=True)
    assert (done.returncode, "needs root" in done.stderr) == (77, True)
