"""The systemd unit allows the reader to confine itself, and its libraries work under the unit's filter."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from holdback.reader.settings import COMMAND
from holdback.reader.specimens import ADDRESS, SPECIMENS
from reader.reading import HERE, Reports, pieces, running
from reader.test_confinement import needs_all

UNIT = (Path(__file__).parents[2] / "packaging/systemd/holdback.service").read_text()


def expanded(analyze: str, name: str) -> set[str]:
    """The names of a system call set, nested sets included, or of one call."""
    if not name.startswith("@"):
        return {name}
    reports = subprocess.run(
        [analyze, "syscall-filter", name], capture_output=True, text=True, check=True
    ).stdout
    words = re.findall(r"^ +([@\w-]+)$", reports, re.M)
    return {call for word in words for call in expanded(analyze, word)}


def allowed(analyze: str, unit: str) -> set[str]:
    """The system calls that a unit's lines allow, by the rules of systemd.exec(5)."""
    calls = expanded(analyze, "@default")
    for line in re.findall(r"^SystemCallFilter=(.*)$", unit, re.M):
        named = {call for word in line.removeprefix("~").split() for call in expanded(analyze, word)}
        calls = calls - named if line.startswith("~") else calls | named
    return calls


@needs_all
def test_the_reader_is_confined_and_works_in_the_service() -> None:
    """No layer is missing, and every library reads its document."""
    calls = ",".join(sorted(allowed(str(shutil.which("systemd-analyze")), UNIT)))
    inside = (sys.executable, str(HERE / "within_unit.py"), calls, *COMMAND)
    reports = Reports()
    with running(reports, command=inside) as readers:
        for kind, content in SPECIMENS.values():
            assert ADDRESS in str(pieces(readers, content, kind=kind))
    assert (reports.failed, reports.lost) == ([], [])
    assert [layers.rpartition(",")[0] for layers in reports.started] == ["limits, no new privileges, seccomp"]
