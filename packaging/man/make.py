#!/usr/bin/env python3
"""Writes the man pages: holdback.1 from the commands, holdback.toml.5 from the annotated configuration.

python packaging/man/make.py          writes both beside this file
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
    Exit.OK: "Done. scan: nothing would be held. doctor: all is well.",
    Exit.FOUND: "scan: something would be held, refused or changed. doctor: something is weak or wrong. "
    "trace: nothing is on record.",
    Exit.USAGE: "Mistake in the command line.",
    Exit.DATA: "The case was decided otherwise before.",
    Exit.NO_INPUT: "No such case or file.",
    Exit.UNAVAILABLE: "Something needed does not answer.",
    Exit.SOFTWARE: "A fault of Holdback itself.",
    Exit.IO: "Reading or writing failed.",
    Exit.TEMPORARY: "Not done now, may work later.",
    Exit.NO_PERMISSION: "No permission.",
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
            ".SH NAME\nholdback \\- gives outbound mail a second chance",
            ".SH SYNOPSIS\n.B holdback\n[\\-\\-config \\fIPATH\\fR] \\fICOMMAND\\fR [\\fIOPTION\\fR ...]",
            f".SH DESCRIPTION\n{_text(holdback.help or '')}",
            ".SH COMMANDS",
            *(
                block
                for name, command in every_command().items()
                for block in _command(context, name, command)
            ),
            f".SH FILES\n.TP\n.I {DEFAULT_CONFIG}\nThe configuration; see\n.BR holdback.toml (5).",
            ".SH ENVIRONMENT\n.TP\n.B HOLDBACK_CONFIG\nAnother configuration file.",
            ".TP\n.B NO_COLOR\nNo colours, not even on a terminal.",
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
    """holdback.toml(5): the annotated configuration, comments as text, keys as they are written."""
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
            # Quotes are doubled inside: to roff, a word in quotes is one argument without them.
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
    """Running text; an empty line begins a paragraph."""
    paragraphs = text.strip().split("\n\n")
    return "\n.PP\n".join(
        "\n".join(_escaped(line.strip()) for line in paragraph.splitlines()) for paragraph in paragraphs
    )


def _escaped(text: str) -> str:
    """roff reads backslashes everywhere, dots and quotes at the beginning of a line, and shortens hyphens."""
    safe = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{safe}" if safe[:1] in (".", "'") else safe


if __name__ == "__main__":
    main()
