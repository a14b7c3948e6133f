"""Every test of the record runs on SQLite and PostgreSQL, each with a database of its own."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cases.samples import KEY
from holdback.cases.recorder import Recorder


@pytest.fixture
def open_record(tmp_path: Path) -> Iterator[Callable[..., Recorder]]:
    """Opens records and closes them after the test; the journal is in `tmp_path` by default."""
    opened: list[Recorder] = []

    def opener(url: str, state_dir: Path = tmp_path) -> Recorder:
        opened.append(Recorder.open(url, state_dir, KEY, window=3600))
        return opened[-1]

    yield opener
    for record in opened:
        record.close()


@pytest.fixture
def record(url: str, open_record: Callable[..., Recorder]) -> Recorder:
    return open_record(url)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A small file system with space for a database."""
    folder = tmp_path / "disk"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m,mode=700", "none", folder], check=True)
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)
