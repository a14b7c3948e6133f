"""docs/reference/commands.md matches the program."""

import re
from pathlib import Path

import pytest
from holdback.cli.main import every_command, run
from holdback.exits import Exit

PAGE = (Path(__file__).parents[2] / "docs/reference/commands.md").read_text()
SECTIONS = dict(re.findall(r"^## holdback ([^\n]+)\n(.*?)(?=^## |\Z)", PAGE, re.M | re.S))


def test_every_command_has_its_section_and_no_other_has() -> None:
    """Those of groups, too."""
    assert sorted(SECTIONS) == list(every_command())


@pytest.mark.parametrize("name", ["", *every_command()])
def test_a_section_shows_the_help_of_its_command(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What `holdback --help` and `holdback COMMAND --help` print, in 80 columns."""
    monkeypatch.setenv("COLUMNS", "80")
    assert run([*name.split(), "--help"]) == Exit.OK
    shown = capsys.readouterr().out
    section = SECTIONS[name] if name else PAGE.partition("\n## ")[0]
    assert f"```text\n{shown}```" in section
    assert max(map(len, shown.splitlines())) <= 80


def test_every_exit_code_is_explained_and_no_other() -> None:
    """Both ways."""
    assert [int(code) for code in re.findall(r"^\| (\d+) \|", PAGE, re.M)] == [int(code) for code in Exit]
