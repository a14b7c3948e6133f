"""Commands without root: the service runs them for operators, with the rights of their role."""

import os
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from holdback.cli.new_file import new_file
from holdback.cli.operator import operator, serves_operator
from holdback.exits import Exit, Failure
from holdback.operators.request import PATH, receive_answer, request_of, send
from holdback.operators.role import Role
from holdback.phrases import printable

_SAFE_FILES = ("config", "save")
"""The service uses its own configuration, and the client opens the file to save to."""


class Command(click.Command):
    """A command; with a `role`, operators who have it may run it without root."""

    def __init__(self, *words: Any, role: Role | None = None, **options: Any) -> None:
        super().__init__(*words, **options)
        self.role = role

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments; in the service refuse what its operator may not do before. Raises Failure."""
        if serves_operator() and not (self.role and operator().may(self.role)):
            needed = f"needs the role {self.role.name.lower()}; " if self.role else ""
            raise Failure(Exit.NO_PERMISSION, f"{context.command_path}: {needed}run with sudo")
        rest = super().parse_args(context, args)
        if serves_operator() and (option := next(self._files_in(context), "")):
            text = f"{context.command_path} {option}: opens a file; run with sudo"
            raise Failure(Exit.NO_PERMISSION, text)
        return rest

    def _files_in(self, context: click.Context) -> Iterator[str]:
        """Options with a file that the service would open, as its own user."""
        for one in self.params:
            if isinstance(one.type, click.Path) and one.name not in _SAFE_FILES and context.params[one.name]:
                yield one.opts[0]

    def invoke(self, context: click.Context) -> Any:
        """Run it here, or in the service if this process may not read the database. Raises Failure."""
        address = self.role and service_for(context.params["config"])
        if not address:
            return super().invoke(context)
        arguments, file = context.find_root().obj, context.params.get("save")
        if not file:
            return run_in_service(arguments, address)
        with new_file(file) as descriptor:
            code = run_in_service(arguments, address, descriptor)
        if code:
            file.unlink(missing_ok=True)
        return code


class Group(click.Group):
    """A group of such commands."""

    command_class = Command


def service_for(config_path: Path) -> str:
    """The socket of the service; empty if this process can do without it, or if there is none."""
    if os.geteuid() == 0 or serves_operator():
        return ""
    from holdback.cli.settings import load_config

    if os.access(config_path, os.R_OK):
        config = load_config(config_path)
        path = "" if os.access(config.state_dir, os.R_OK | os.W_OK | os.X_OK) else config.roles.socket
    else:
        path = PATH
    return path if path and os.path.exists(path) else ""


def run_in_service(arguments: tuple[str, ...], address: str, output: int = 1, errors: int = 2) -> int:
    """Run a command in the service at `address`, and return its exit code. Raises Failure.

    `output`, `errors`: descriptors of its standard output and standard error.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as connection:
        try:
            connection.connect(address)
        except OSError as failed:
            text = f"{printable(address)}: {failed.strerror}; is the milter running?"
            raise Failure(Exit.UNAVAILABLE, text) from None
        try:
            # The service answers a user without a role before it reads the request.
            with suppress(BrokenPipeError):
                send(connection, request_of(arguments, (0, output, errors)))
            code, error = _wait(connection)
        except (EOFError, ConnectionError):
            text = "the service ended before the command did; see what happened: holdback cases"
            raise Failure(Exit.TEMPORARY, text) from None
        except OSError as failed:
            raise Failure(Exit.UNAVAILABLE, f"{printable(address)}: {failed.strerror}") from None
    if error:
        raise Failure(Exit(code), error)
    return code


def _wait(connection: socket.socket) -> tuple[int, str]:
    """The answer; an interrupt is passed on to the command, a second one ends the waiting."""
    try:
        return receive_answer(connection)
    except KeyboardInterrupt:
        connection.shutdown(socket.SHUT_WR)
        return receive_answer(connection)
