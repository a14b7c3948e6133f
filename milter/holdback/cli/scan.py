"""`holdback scan`: what would happen to existing mail, and why. Nothing is sent, held or recorded."""

import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

from rich.console import Console

from holdback.checks import unreadable
from holdback.cli.console import as_json, console, say, table
from holdback.cli.envelope import envelope_of
from holdback.cli.known import known_to
from holdback.cli.scan_report import LeftOut, Result, Tally
from holdback.cli.settings import config_at
from holdback.cli.specimens import Specimen, specimens
from holdback.cli.tree import places
from holdback.config import Config, ConfigError, circle_of, config_of, policy_of, reader_of
from holdback.documents import NoReader, OutOfTime
from holdback.exits import Exit, Failure
from holdback.inspection import Means, gather, judge
from holdback.people.knowledge import Knowledge
from holdback.phrases import counted, lasting, number, printable
from holdback.reader import Readers, Watch
from holdback.verdict import Action, Finding, Judgement, Verdict

_PLACES = 40
"""Places of one message that are listed."""
_BULLET = 9 * " " + "-"


def run(config: Path | None, internal: tuple[str, ...], json: bool, paths: tuple[str, ...]) -> int:
    """Scan `paths`, print results and a summary. Exit code: 0 nothing would be held, 1 something would."""
    settings = _settings(config, internal)
    knowledge = known_to(settings) if config else Knowledge(circle_of(settings))
    out, tally, left_out = console(), Tally(), LeftOut()
    found = specimens(paths, settings.limits.bytes, left_out.note)
    with closing(Readers(reader_of(settings), Watch(failed=left_out.without_reader))) as readers:
        results = _results(found, settings, knowledge, readers, not json)
        for result in _shown_progress(results, tally, _screen(out, json)):
            tally.add(result)
            if json:
                print(as_json(result.as_dict()))
            elif result.verdict.judgements:
                _print_result(out, result)
    if not json and (tally.messages or not left_out.unread):
        _print_summary(out, tally)
    left_out.report()
    if left_out.unread or left_out.no_reader:
        return Exit.NO_INPUT
    return Exit.FOUND if tally.would_stop else Exit.OK


def _settings(config: Path | None, internal: tuple[str, ...]) -> Config:
    if config is None:
        return _config_of({"internal_domains": list(internal)})
    settings = config_at(config)
    domains = [*settings.internal_domains, *internal]
    return _config_of({**settings.model_dump(exclude_unset=True), "internal_domains": domains})


def _config_of(data: dict[str, object]) -> Config:
    try:
        return config_of(data, Path("--internal"))
    except ConfigError as error:
        raise Failure(Exit.USAGE, str(error)) from None


def _results(
    found: Iterable[Specimen], settings: Config, knowledge: Knowledge, readers: Readers, explain: bool
) -> Iterator[Result]:
    policy = policy_of(settings)
    for specimen in found:
        started = time.perf_counter()
        ends = started + settings.milter.inspect_timeout
        means = Means(partial(_before, ends), readers.open)
        try:
            evidence = gather(envelope_of(specimen, policy.limits), specimen.raw, policy, knowledge, means)
            verdict, defects = judge(evidence, policy), evidence.message.defects
        except OutOfTime:
            late = f"not checked within {lasting(settings.milter.inspect_timeout)}"
            verdict, defects, evidence = _unchecked(settings, late, "timeout"), (), None
        except NoReader:
            verdict, defects, evidence = _unchecked(settings, "its attachments cannot be read"), (), None
        seconds = time.perf_counter() - started
        listed = tuple(places(evidence)) if evidence and explain and verdict.judgements else ()
        yield Result(specimen.path, verdict, defects, specimen.size, seconds, listed)


def _before(end: float) -> bool:
    return time.perf_counter() < end


def _unchecked(settings: Config, why: str, kind: str = "") -> Verdict:
    """What the milter would do with a message that it cannot judge: `on_error`; nothing in observe mode."""
    finding = Finding(unreadable.CHECK.name, 1, "message", why, kind)
    would = Action.PASS if settings.milter.on_error == "pass" else Action.HOLD
    observed = settings.mode == "observe" and would is Action.HOLD
    judgement = Judgement(
        finding, Action.OBSERVE if observed else would, would, "mode observe" if observed else ""
    )
    return Verdict(judgement.action, (judgement,))


def _shown_progress(results: Iterator[Result], tally: Tally, screen: Console | None) -> Iterator[Result]:
    """The results; while they come, `screen` shows how far the scan is."""
    if not screen:
        yield from results
        return
    with screen.status("reading …") as status:
        for result in results:
            yield result
            if tally.messages % 20 == 0:
                held = number(tally.would_stop)
                status.update(f"{counted(tally.messages, 'message')} read, {held} would be held")


def _screen(out: Console, json: bool) -> Console | None:
    """The terminal that can show progress without disturbing the output."""
    if out.is_terminal:
        return None if json else out
    err = console(stderr=True)
    return err if err.is_terminal else None


def _print_result(out: Console, result: Result) -> None:
    out.print(f"{result.verdict.action!s:<8} {printable(result.path)}", soft_wrap=True)
    for judgement in result.verdict.judgements:
        say(out, printable(str(judgement), 1000), 9)
    places = [printable(line, 1000) for line in result.places[:_PLACES]]
    if len(result.places) > _PLACES:
        places.append(f"… and {counted(len(result.places) - _PLACES, 'more place')}")
    for place in places:
        say(out, place, 11, _BULLET)


def _print_summary(out: Console, tally: Tally) -> None:
    if tally.messages == 0:
        out.print("no messages found")
        return
    end = ":" if tally.people else "."
    out.print(f"\nof {counted(tally.messages, 'message')} {number(tally.would_stop)} would be held{end}")
    if tally.people:
        rows = [
            (check, tally.stopped[check], tally.noted[check], tally.people[check])
            for check in sorted(tally.people)
        ]
        out.print(table(["check", ">would hold", ">would note", ">most people in one message"], rows))
    if tally.broken:
        out.print(f"{counted(tally.broken, 'message')} with defects, which do not matter by themselves")
