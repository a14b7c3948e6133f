"""`holdback customers`: build the customer index, and show what it contains."""

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, nullcontext
from functools import partial
from pathlib import Path

from holdback.cli.console import ask, can_ask, console, print_json
from holdback.cli.customers_report import as_dict, print_built, print_info
from holdback.cli.knowledge import load_pseudonyms
from holdback.cli.settings import load_config
from holdback.config import Config
from holdback.customer_list.build import build as write_index
from holdback.customer_list.replacement import build_folder, replace_index
from holdback.customer_list.rows import Origin, RowBatch
from holdback.customer_list.sources import SourceTable, batches, open_sources, parse_column_options
from holdback.exits import Exit, Failure
from holdback.people.customers import IndexBroken, load, read_info
from holdback.phrases import count_of


def build(
    path: Path, output: Path | None, sql: str | None, columns: Sequence[str], yes: bool, json: bool,
    sources: Sequence[str],
) -> int:  # fmt: skip
    """Build an index from `sources` and replace the current one; without `yes`, ask if it differs much.

    Raises Failure.
    """
    asked, config = parse_column_options(columns), load_config(path)
    index, pseudonyms, started = output or config.customer_index, load_pseudonyms(config), time.time()
    with ExitStack() as stack:
        found = open_sources(sources, sql, asked, stack)
        folder = stack.enter_context(build_folder(index))
        made = Origin(int(started), ", ".join(each.stream.name for each in found), config.customers.region)
        try:
            info = write_index(folder / index.name, _rows(found), pseudonyms, made)
            replace_index(folder / index.name, index, info, pseudonyms.key_id, partial(_confirm, yes))
        except OSError as error:
            place = error.filename2 or error.filename or index.parent
            text = f"{place}: {error.strerror}; the current index is unchanged"
            raise Failure(Exit.IO, text) from None
    seconds = time.time() - started
    if json:
        print_json({**as_dict(index, info, found), "seconds": round(seconds, 3)})
    else:
        print_built(console(), index, info, found, seconds)
    return Exit.OK


def info(path: Path, json: bool) -> int:
    """Print what the index contains. Exit code 66 if there is none, 65 if it cannot be used."""
    config = load_config(path)
    index = config.customer_index
    try:
        found = read_info(index)
    except FileNotFoundError:
        text = f"{index}: no such file; create it with holdback customers build"
        raise Failure(Exit.NO_INPUT, text) from None
    except IndexBroken as broken:
        raise Failure(Exit.DATA, str(broken)) from None
    trouble = _trouble(index, config)
    if json:
        print_json({**as_dict(index, found), "usable": not trouble, "trouble": trouble})
    else:
        print_info(console(), index, found, trouble, config.customers.region)
    return Exit.DATA if trouble else Exit.OK


def _trouble(index: Path, config: Config) -> str:
    """The reason why the milter cannot use the index; empty if it can."""
    if not (config.state_dir / "key").exists():
        return f"no key in {config.state_dir}; copy the key of the host that built the index"
    try:
        load(index, load_pseudonyms(config).key_id)
    except IndexBroken as broken:
        return str(broken)
    return ""


def _confirm(yes: bool, reason: str) -> bool:
    """Ask whether to replace the index although it differs much. False without a terminal."""
    return yes or (can_ask() and ask(f"{reason}. Replace the index?"))


def _rows(found: Sequence[SourceTable]) -> Iterator[RowBatch]:
    """The rows of all tables; on a terminal, a status line shows the progress."""
    err = console(stderr=True)
    # It ends before a question is asked.
    with err.status("Reading …") if err.is_terminal else nullcontext() as status:
        for each in found:
            for batch in batches(each):
                yield batch
                if status:
                    status.update(f"{each.stream.name}: {count_of(each.rows, 'row')} read")
