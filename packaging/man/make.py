#!/usr/bin/env python3
"""Write the man pages: holdback.1 from the commands, holdback.toml.5 from the annotated configuration.

python packaging/man/make.py          writes both into its own directory
"""

import re
from collections.abc import Iterator
from pathlib import Path

import click
from holdback import __version__
from holdback.cli.main import every_command, holdback
from holdback.cli.options import DEFAULT_CONFIG
from holdback.exits import Exit

HERE = Path(__file__).parent
CONFIGURATION = HERE.parent / "holdback.toml"

_EXITS = {
    Exit.OK: "Success. scan: no message would be held. doctor: all checks pass.",
    Exit.FOUND: "scan: a message would be held, rejected or changed. doctor: a check fails or warns. "
    "trace: no message found. release, drop: the question was answered with no.",
    Exit.USAGE: "Mistake in the command line.",
    Exit.DATA: "The input is invalid, the case was decided differently before, there is nothing to undo, or "
    "the customer index was not replaced.",
    Exit.NO_INPUT: "No such case, message or file. scan: a file cannot be read.",
    Exit.UNAVAILABLE: "The database, the mail server's tools or the milter's socket are unavailable.",
    Exit.SOFTWARE: "Internal error of Holdback.",
    Exit.IO: "Reading or writing a file failed.",
    Exit.TEMPORARY: "Temporary failure: repeat the command, or wait for holdback reconcile.",
    Exit.NO_PERMISSION: "Permission denied: use sudo.",
    Exit.CONFIG: "Mistakes in the configuration.",
}


def main() -> None:
    (HERE / "holdback.1").write_text(commands_page())
    (HERE / "holdback.toml.5").write_text(configuration_page())


def commands_page() -> str:
    """holdback(1)."""
    with click.Context(holdback, info_name="holdback", **holdback.context_settings) as context:
        lines = [
            _title("holdback", 1),
            ".SH NAME\nholdback \\- hold outbound mail that would disclose people",
            ".SH SYNOPSIS\n.B holdback\n[\\-\\-config \\fIPATH\\fR] \\fICOMMAND\\fR [\\fIOPTION\\fR ...]",
            f".SH DESCRIPTION\n{_text(holdback.help or '')}",
            ".SH COMMANDS",
            *(
                block
                for name, command in every_command().items()
                for block in _command(context, name, command)
            ),
            f".SH FILES\n.TP\n.I {DEFAULT_CONFIG}\nThe configuration. See\n.BR holdback.toml (5).",
            ".SH ENVIRONMENT\n.TP\n.B HOLDBACK_CONFIG\nThe configuration file, unless \\-\\-config is given.",
            ".TP\n.B NO_COLOR\nPrint no colours.",
            ".SH EXIT STATUS",
            *(f".TP\n.B {int(code)}\n{_text(meaning)}" for code, meaning in _EXITS.items()),
            ".SH SEE ALSO\n.BR holdback.toml (5),\n.BR postsuper (1),\n.BR postqueue (1)",
        ]
    return "\n".join(lines) + "\n"


def _command(context: click.Context, name: str, command: click.Command) -> Iterator[str]:
    with click.Context(command, parent=context, info_name=name) as own:
        usage = " ".join(command.collect_usage_pieces(own))
        options = [record for record in (p.get_help_record(own) for p in command.get_params(own)) if record]
    yield f".SS {_escaped(f'holdback {name} {usage}')}"
    yield _text(command.help or "")
    for option, meaning in options:
        yield f".TP\n.B {_escaped(option)}\n{_text(meaning)}"


def configuration_page() -> str:
    """holdback.toml(5): the annotated configuration, with its comments as text and its keys in bold."""
    lines = [
        _title("holdback.toml", 5),
        ".SH NAME\nholdback.toml \\- configuration of holdback(1)",
        ".SH DESCRIPTION",
    ]
    lines += _configuration(CONFIGURATION.read_text().splitlines())
    lines.append(".SH SEE ALSO\n.BR holdback (1)")
    return "\n".join(lines) + "\n"


def _configuration(lines: list[str]) -> Iterator[str]:
    for line in lines:
        if re.match(r"\[\w", line):
            yield f".SS {_escaped(line)}"
        elif re.match(r"#?[a-z_]+ =|#?\[\[", line):
            # Inner quotes are doubled: in roff, quotes delimit one argument.
            written = _escaped(line.removeprefix("#")).replace('"', '""')
            yield f'.br\n.B "{written}"\n.br'
        elif line.startswith("#   "):
            yield f".br\n{_escaped(line.removeprefix('#   '))}"
        elif text := line.removeprefix("#").strip():
            yield _escaped(text)
        else:
            yield ".PP"


def _title(name: str, section: int) -> str:
    return f'.TH {name.upper()} {section} "" "Holdback {__version__}" "Holdback"'


def _text(text: str) -> str:
    """Escaped text; an empty line starts a new paragraph."""
    paragraphs = text.strip().split("\n\n")
    return "\n.PP\n".join(
        "\n".join(_escaped(line.strip()) for line in paragraph.splitlines()) for paragraph in paragraphs
    )


def _escaped(text: str) -> str:
    """`text` with roff's special characters escaped: backslashes, hyphens, leading dots and quotes."""
    safe = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{safe}" if safe[:1] in (".", "'") else safe


if __name__ == "__main__":
    main()
