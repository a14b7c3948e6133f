"""Every fault that tests build into the daemon still fits the daemon's code."""

import os
import subprocess
import sys

import pytest
from rig import faults
from rig.faults import FAULTS, substitute
from rig.holdback import TESTS

VALUES = {"callback_fails": "=body", "gather_waits": "=/gate", "reader_program": "=/bin/false"}


def launched(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "rig.launch", *words, "--", "--version"]
    return subprocess.run(
        command, env={**os.environ, "PYTHONPATH": str(TESTS)}, capture_output=True, text=True, check=False
    )


def test_every_fault_fits_the_code() -> None:
    """Each can be built in: what it replaces exists. The log goes last: errors are lost from then on."""
    names = [*sorted(FAULTS.keys() - {"log_disk_full"}), "log_disk_full"]
    done = launched(*(name + VALUES.get(name, "") for name in names))
    assert done.returncode == 0, done.stderr
    assert "holdback" in done.stdout


def test_an_unknown_fault_ends_the_start() -> None:
    """A misspelt name is never a daemon without the fault."""
    done = launched("gather_failed")
    assert done.returncode != 0
    assert "KeyError: 'gather_failed'" in done.stderr


def test_a_function_that_does_not_exist_cannot_be_replaced() -> None:
    """A function that was renamed is not silently left as it is."""
    with pytest.raises(AttributeError):
        substitute(faults, "no_such_function", None)
