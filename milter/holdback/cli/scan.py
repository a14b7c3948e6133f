"""`holdback scan`: inspect existing mail without sending, holding or recording anything."""

import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

from rich.console import Console

from holdback.checks import unreadable
from holdback.cli.console import console, print_json
from holdback.cli.envelope import envelope_of
from holdback.cli.knowledge import load_knowledge
from holdback.cli.mail_files import StoredMessage, stored_messages
from holdback.cli.scan_report import Result, SkippedFiles, Totals, places, print_result, print_summary
from holdback.cli.settings import load_config
from holdback.config import Config, ConfigError, config_of, domains_of, policy_of, reader_of
from holdback.documents import NoReader, OutOfTime
from holdback.exits import Exit, Failure
from holdback.inspection import Means, gather, judge
from holdback.people.knowledge import Knowledge
from holdback.phrases import count_of, duration, number
from holdback.reader import Readers, Watch
from holdback.verdict import Action, Finding, Judgement, Verdict


def run(config: Path | None, internal: tuple[str, ...], json: bool, paths: tuple[str, ...]) -> int:
    """Scan `paths`, print results and a summary. Exit code: 0 if all messages would pass, 1 if not."""
    settings = _settings(config, internal)
    knowledge = load_knowledge(settings) if config else Knowledge(domains_of(settings))
    out, totals, skipped = console(), Totals(), SkippedFiles()
    found = stored_messages(paths, settings.limits.bytes, skipped.add)
    with closing(Readers(reader_of(settings), Watch(failed=skipped.report_reader))) as readers:
        results = _results(found, settings, knowledge, readers, not json)
        for result in _with_progress(results, totals, _screen(out, json)):
            totals.add(result)
            if json:
                print_json(result.as_dict())
            elif result.verdict.judgements:
                print_result(out, result)
    if not json and (totals.messages or not skipped.unreadable):
        print_summary(out, totals)
    skipped.print_count()
    if skipped.unreadable or skipped.no_reader:
        return Exit.NO_INPUT
    return Exit.FOUND if totals.stopped_messages else Exit.OK


def _settings(config: Path | None, internal: tuple[str, ...]) -> Config:
    if config is None:
        return _config_of({"internal_domains": list(internal)})
    settings = load_config(config)
    domains = [*settings.internal_domains, *internal]
    return _config_of({**settings.model_dump(exclude_unset=True), "internal_domains": domains})


def _config_of(data: dict[str, object]) -> Config:
    try:
        return config_of(data, Path("--internal"))
    except ConfigError as error:
        raise Failure(Exit.USAGE, str(error)) from None


def _results(
    found: Iterable[StoredMessage], settings: Config, knowledge: Knowledge, readers: Readers, explain: bool
) -> Iterator[Result]:
    policy = policy_of(settings)
    for specimen in found:
        started = time.perf_counter()
        ends = started + settings.milter.inspect_timeout
        means = Means(partial(_in_time, ends), readers.open)
        try:
            envelope = envelope_of(specimen, policy.limits)
            evidence = gather(envelope, specimen.raw, policy, knowledge, means, every_person=explain)
            verdict, defects = judge(evidence, policy), evidence.message.defects
        except OutOfTime:
            late = f"not checked within {duration(settings.milter.inspect_timeout)}"
            verdict, defects, evidence = _unchecked(settings, late, "timeout"), (), None
        except NoReader:
            verdict, defects, evidence = _unchecked(settings, "attachments cannot be read"), (), None
        seconds = time.perf_counter() - started
        listed = tuple(places(evidence)) if evidence and explain and verdict.judgements else ()
        yield Result(specimen.path, verdict, defects, specimen.size, seconds, listed)


def _in_time(end: float) -> bool:
    return time.perf_counter() < end


def _unchecked(settings: Config, why: str, kind: str = "") -> Verdict:
    """The verdict for a message that cannot be inspected: `on_error`, which holds nothing in observe mode."""
    finding = Finding(unreadable.CHECK.name, 1, "message", why, kind)
    would = Action.PASS if settings.milter.on_error == "pass" else Action.HOLD
    observed = settings.mode == "observe" and would is Action.HOLD
    judgement = Judgement(
        finding, Action.OBSERVE if observed else would, would, "mode observe" if observed else ""
    )
    return Verdict(judgement.action, (judgement,))


def _with_progress(results: Iterator[Result], totals: Totals, screen: Console | None) -> Iterator[Result]:
    """The results; meanwhile `screen` shows the progress."""
    if not screen:
        yield from results
        return
    with screen.status("Reading …") as status:
        for result in results:
            yield result
            if totals.messages % 20 == 0:
                held = number(totals.stopped_messages)
                status.update(f"{count_of(totals.messages, 'message')} read, {held} would be held")


def _screen(out: Console, json: bool) -> Console | None:
    """The terminal for the progress line: standard output, unless it prints JSON, or standard error."""
    if out.is_terminal:
        return None if json else out
    err = console(stderr=True)
    return err if err.is_terminal else None
