"""Terminal output: at most 80 columns, untrusted text made printable."""

import io
import json

import pytest
from holdback.cli.console import console, print_json, print_paragraph, table
from holdback.phrases import count_of, duration, printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Sommerangebot für Sie", "Sommerangebot für Sie"),
        ("夏のセール", "夏のセール"),
        ("red \x1b[31malert\x07", "red \ufffd[31malert\ufffd"),
        ("two\r\nlines", "two\ufffd\ufffdlines"),
        ("txt.\u202eexe", "txt.\ufffdexe"),
        ("x" * 300, "x" * 199 + "…"),
    ],
)
def test_untrusted_text_cannot_control_the_terminal(text: str, shown: str) -> None:
    """Escape sequences, line ends and direction marks become replacement characters."""
    assert shown == printable(text)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-3, "0 s"),
        (0, "0 s"),
        (59.9, "59 s"),
        (60, "1 min"),
        (3599, "59 min"),
        (3600, "1 h"),
        (2e5, "2 days"),
    ],
)
def test_a_duration_is_printed_in_its_largest_unit(seconds: float, words: str) -> None:
    """Rounded down; negative durations are 0."""
    assert words == duration(seconds)


@pytest.mark.parametrize(("count", "words"), [(0, "0 cases"), (1, "1 case"), (10_850, "10,850 cases")])
def test_counts_agree_with_their_noun(count: int, words: str) -> None:
    """Singular and plural."""
    assert words == count_of(count, "case")


def test_nothing_is_wider_than_80_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even on a wide terminal with long words: a table folds, a paragraph wraps."""
    monkeypatch.setenv("COLUMNS", "200")
    out = console()
    out.file = io.StringIO()
    out.print(
        table(["case", ">people", "why"], [("K7Q2-9F", 1_000_000, "a" * 300), ("x" * 90, 1, "[red]b[/red]")])
    )
    print_paragraph(out, "word " * 60, 9)
    lines = out.file.getvalue().splitlines()
    assert max(map(len, lines)) <= 80
    assert any("1,000,000" in line for line in lines)
    assert any("[red]b[/red]" in line for line in lines)


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [({"FORCE_COLOR": "1"}, True), ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False), ({}, False)],
)
def test_colours_follow_the_environment(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], coloured: bool
) -> None:
    """Files and pipes get none; NO_COLOR turns them off."""
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    out = console()
    out.file = io.StringIO()
    out.print("held", style="red")
    assert coloured == ("\x1b[31m" in out.file.getvalue())


def test_json_is_one_line_without_control_characters(capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever a subject contains, an object is one line."""
    print_json({"subject": "a\nb\x1b[31m für 夏"})
    line = capsys.readouterr().out.removesuffix("\n")
    assert (line.splitlines(), {"subject": "a\nb\x1b[31m für 夏"}) == ([line], json.loads(line))
    assert "\x1b" not in line
