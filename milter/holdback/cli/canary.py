"""`holdback canary`: mint canaries, list them and their hits."""

import re
import sys
import time
from collections.abc import Callable, Container, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from secrets import SystemRandom

from holdback.canary_minting.mint import FictitiousPerson, NamesExhausted
from holdback.canary_minting.mint import mint as make
from holdback.canary_minting.rows import make_rows
from holdback.canary_minting.sample import NoSampleTable, Sample, read_sample
from holdback.cli import canary_report
from holdback.cli.console import console
from holdback.cli.knowledge import load_index, load_pseudonyms
from holdback.cli.opening import open_database
from holdback.cli.operator import operator
from holdback.cli.options import parse_since
from holdback.cli.settings import load_config
from holdback.config import Config
from holdback.exits import Exit, Failure
from holdback.mail.address import address
from holdback.people.fields.kinds import Field
from holdback.people.parties.domains import domain_list
from holdback.phrases import printable
from holdback.trail.canaries import CanaryStore, Provenance
from holdback.trail.hit_outcomes import outcomes_of


def mint(
    path: Path, json: bool, list_name: str, given_to: str, number: int, domain: str, plus: str,
    senders: tuple[str, ...], reason: str, like: Path | None,
) -> int:  # fmt: skip
    """Mint and store canaries; print them as addresses, as JSON, or as rows in the format of a file."""
    config = load_config(path)
    _check_senders(senders)
    sample = _sample(like) if like else None
    mailbox, _, domain_of_plus = plus.partition("@")
    if plus and not re.fullmatch(r"[\w.-]+", mailbox, re.ASCII):
        raise Failure(Exit.USAGE, f"--plus {printable(plus)}: write a mailbox without its tag")
    where = _own_domain(config, domain or domain_of_plus or config.internal_domains[0].lstrip("."))
    is_customer = _customers(config) if not plus else _no_customer
    people: tuple[FictitiousPerson, ...] = ()

    def invent(taken: Container[str]) -> Sequence[str]:
        nonlocal people
        people = make(
            number, where, mailbox, lambda one: one in taken or is_customer(one), random=SystemRandom()
        )
        return [one.address for one in people]

    provenance = Provenance(list_name, given_to, time.time(), operator().name, reason, senders)
    with _canary_store(config) as store:
        try:
            canaries = store.add(invent, provenance)
        except NamesExhausted as none:
            raise Failure(Exit.UNAVAILABLE, f"{none}; no canaries minted") from None
    rows = make_rows(sample, people, SystemRandom()) if sample else []
    if json:
        canary_report.print_minted_json(canaries, rows)
    elif sample:
        _write(sample.encode([*([sample.header] if sample.header else []), *rows]))
        canary_report.advise(console(stderr=True), canaries)
    else:
        canary_report.print_minted(canaries)
        canary_report.advise(console(stderr=True), canaries)
    return Exit.OK


def show(path: Path, json: bool, list_name: str, target: str) -> int:
    """Print the canaries by set, or a virtual_alias_maps table that delivers them to `target`."""
    with _canary_store(load_config(path)) as store:
        canaries = [one for one in store.all() if list_name in ("", one.list_name)]
        heard = store.hit_counts()
    if target:
        canary_report.print_map(canaries, target)
    elif json:
        canary_report.print_canaries_json(canaries, heard)
    else:
        canary_report.print_sets(canaries, heard)
    return Exit.OK


def hits(path: Path, json: bool, since: str) -> int:
    """Print the canary hits since `since`, newest first."""
    start = parse_since(since, time.time())
    with open_database(load_config(path)) as database:
        found = CanaryStore(database).hits(start)
        outcomes = outcomes_of(database, [hit for _, hit in found])
    canary_report.print_hits(found, outcomes, json)
    return Exit.OK


@contextmanager
def _canary_store(config: Config) -> Iterator[CanaryStore]:
    """The canaries of `config`; database errors inside the block become Failures."""
    with open_database(config) as database:
        yield CanaryStore(database)


def _sample(path: Path) -> Sample:
    try:
        return read_sample(path.read_bytes())
    except NoSampleTable as none:
        raise Failure(Exit.DATA, f"{path}: {none}") from None


def _customers(config: Config) -> Callable[[str], bool]:
    """A test whether an address is a customer's; always false without a customer index."""
    pseudonyms = load_pseudonyms(config)
    index, trouble = load_index(config.customer_index, pseudonyms)
    if trouble:
        # A customer's address must not become a canary.
        raise Failure(Exit.UNAVAILABLE, f"{trouble}; no canaries minted")
    if not index:
        return _no_customer
    return lambda one: bool(index.persons(pseudonyms.number(Field.EMAIL, address(one).key)))


def _no_customer(_address: str) -> bool:
    return False


def _own_domain(config: Config, written: str) -> str:
    """The domain `written`. Raises Failure unless it is one of internal_domains: others get its mail."""
    if not re.fullmatch(r"[^\s@.:,;/<>]+(\.[^\s@.:,;/<>]+)+", written):
        raise Failure(Exit.USAGE, f'{printable(written)}: write a domain like "corp.example"')
    if address(f"x@{written}").domain not in domain_list(config.internal_domains):
        text = f"{printable(written)}: not one of internal_domains; no canaries minted"
        raise Failure(Exit.USAGE, text)
    return written


def _check_senders(senders: tuple[str, ...]) -> None:
    for glob in senders:
        if not glob or any(map(str.isspace, glob)):
            raise Failure(
                Exit.USAGE,
                f'--sender {printable(glob)}: write one address or pattern, such as "*@agency.example"',
            )


def _write(rows: bytes) -> None:
    """Write encoded rows to standard output."""
    sys.stdout.flush()
    sys.stdout.buffer.write(rows)
    sys.stdout.buffer.flush()
