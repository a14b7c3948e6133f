"""The man pages are what the script makes of commands and configuration today."""

import importlib.util
import shutil
import subprocess
from pathlib import Path
from types import ModuleType

import pytest
from holdback.exits import Exit

PACKAGING = Path(__file__).parents[2] / "packaging"
PAGES = ("holdback.1", "holdback.toml.5")


@pytest.fixture(scope="module")
def make() -> ModuleType:
    """The script as a module."""
    spec = importlib.util.spec_from_file_location("make_man_pages", PACKAGING / "man/make.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_pages_are_current(make: ModuleType) -> None:
    """`python packaging/man/make.py` would change nothing."""
    written = [(PACKAGING / "man" / page).read_text() for page in PAGES]
    assert [make.commands_page(), make.configuration_page()] == written


def test_every_exit_code_is_explained(make: ModuleType) -> None:
    """No code without a meaning."""
    assert list(make._EXITS) == list(Exit)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("groff", [path for path in [shutil.which("groff")] if path])
def test_groff_has_nothing_to_complain_about(groff: str, page: str) -> None:
    """Every warning is one of a typesetter that did not understand us."""
    done = subprocess.run(
        [groff, "-man", "-ww", "-z", PACKAGING / "man" / page], capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
