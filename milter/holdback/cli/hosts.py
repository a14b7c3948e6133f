"""`holdback hosts`: the hosts that share the database; declares one gone."""

from collections.abc import Sequence
from pathlib import Path
from time import time

from holdback.cases.casebook import Casebook
from holdback.cases.host_id import read_identity
from holdback.cases.hosts import HostEntry
from holdback.cli.console import console, local_time, print_json, print_paragraph, table
from holdback.cli.opening import open_casebook
from holdback.cli.settings import load_config
from holdback.exits import Exit, Failure
from holdback.phrases import count_of, duration, printable

_SHORT = 8
"""Digits of an id in the table."""


def run(path: Path, json: bool, gone: str) -> int:
    """Print the hosts, or declare one gone."""
    config = load_config(path)
    with open_casebook(config) as book:
        if gone:
            _declare_gone(book, gone)
        hosts = book.hosts()
    own_key = read_identity(config.state_dir).key_id
    if json:
        for host in hosts:
            print_json(_as_json(host, own_key))
    else:
        _print(hosts, own_key)
    return Exit.OK


def _declare_gone(book: Casebook, typed: str) -> None:
    """Declare the host of this name or id gone. Raises Failure unless there is one, and it is silent."""
    found = [host for host in book.hosts() if typed in (host.id, host.name, _short_id(host))]
    if not found:
        raise Failure(Exit.NO_INPUT, f"{printable(typed)}: no such host; holdback hosts lists all")
    if len(found) > 1:
        ids = ", ".join(host.id or "(no id)" for host in found)
        raise Failure(Exit.USAGE, f"{printable(typed)} is the name of several hosts; use an id: {ids}")
    (host,) = found
    now = book.current_time()
    if host.is_alive(now):
        ago = duration(max(0.0, now - host.last_seen))
        raise Failure(Exit.DATA, f"{printable(host.name)} was seen {ago} ago; stop Holdback there first")
    moved = book.declare_gone(host.id or host.name, now)
    text = f"{printable(host.name)} is declared gone; {count_of(moved, 'held message')} vanished with it"
    print_paragraph(console(stderr=True), text)


def _key_state(host: HostEntry, own_key: str) -> str:
    if not (host.key_id and own_key):
        return "unknown"
    return "same" if host.key_id == own_key else "different"


def _as_json(host: HostEntry, own_key: str) -> dict[str, object]:
    return {
        "id": host.id,
        "name": host.name,
        "first_seen": host.first_seen or None,
        "last_seen": host.last_seen or None,
        "gone": host.gone,
        "waiting": host.waiting,
        "key": _key_state(host, own_key),
        "customers": host.customers,
        "customers_built": host.customers_built,
    }


def _print(hosts: Sequence[HostEntry], own_key: str) -> None:
    if not hosts:
        print_paragraph(console(), "No host has registered yet. The milter registers when it starts.")
        return
    rows = [
        (
            printable(host.name, 30),
            _short_id(host) or "-",
            _seen(host),
            host.waiting,
            _key_state(host, own_key),
            _index(host),
        )
        for host in hosts
    ]
    console().print(table(["host", ">id", ">last seen", ">waiting", ">key", ">customers"], rows))


def _short_id(host: HostEntry) -> str:
    """Enough of the id to tell hosts apart; empty if it has none."""
    return host.id[:_SHORT]


def _index(host: HostEntry) -> str:
    """`3 h old`, the age of its customer index; `none`; `-` if it did not report one."""
    if host.customers is None:
        return "-"
    return f"{duration(time() - host.customers_built)} old" if host.customers_built else "none"


def _seen(host: HostEntry) -> str:
    if host.gone is not None:
        return "gone"
    return local_time(host.last_seen) if host.last_seen else "never"
