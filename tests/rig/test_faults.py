"""Every fault that tests build into the daemon fits its code."""

import os
import subprocess
import sys

import pytest
from rig import faults
from rig.faults import FAULTS, substitute
from rig.holdback import TESTS

VALUES = {
    "callback_fails": "=body",
    "gather_waits": "=/gate",
    "large_waits": "=/gate",
    "clock": "=60",
    "reader_program": "=/bin/false",
}


def launched(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "rig.launch", *words, "--", "--version"]
    return subprocess.run(
        command, env={**os.environ, "PYTHONPATH": str(TESTS)}, capture_output=True, text=True, check=False
    )


def test_every_fault_fits_the_code() -> None:
    """Each replaces an existing attribute. The log's fault comes last, because it hides errors."""
    names = [*sorted(FAULTS.keys() - {"log_disk_full"}), "log_disk_full"]
    done = launched(*(name + VALUES.get(name, "") for name in names))
    assert done.returncode == 0, done.stderr
    assert "holdback" in done.stdout


def test_an_unknown_fault_prevents_the_start() -> None:
    """A misspelt name does not start a daemon without the fault."""
    done = launched("gather_failed")
    assert done.returncode != 0
    assert "KeyError: 'gather_failed'" in done.stderr


def test_a_function_that_does_not_exist_cannot_be_replaced() -> None:
    """A renamed function is an error instead of a missing fault."""
    with pytest.raises(AttributeError):
        substitute(faults, "no_such_function", None)
