"""`holdback scan`: what would happen to existing mail, and why. Nothing is sent, held or recorded."""

import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from rich.console import Console

from holdback.checks.evidence import Knowledge
from holdback.cli.console import as_json, console, counted, lasting, number, printable, say, table
from holdback.cli.envelope import envelope_of
from holdback.cli.exits import Exit, Failure
from holdback.cli.settings import config_at
from holdback.cli.specimens import Specimen, specimens
from holdback.cli.tree import places
from holdback.config import Config, ConfigError, circle_of, config_of, policy_of, reader_of
from holdback.documents import OutOfTime
from holdback.inspection import gather, judge
from holdback.mail import Defect
from holdback.reader import Readers
from holdback.verdict import Action, Finding, Judgement, Verdict

STOPPED = (Action.REJECT, Action.HOLD, Action.BLIND)
"""Actions that do not let a message out as it is; any of them makes the exit code 1."""


_PLACES = 40
"""Places of one message that are listed."""


@dataclass(frozen=True, slots=True)
class Result:
    """What would happen to one message."""

    path: str
    verdict: Verdict
    defects: tuple[Defect, ...]
    size: int
    """Bytes."""
    seconds: float
    places: tuple[str, ...] = ()
    """What its documents show and what could not be read, a line each; empty if nothing follows from it."""

    def as_dict(self) -> dict[str, object]:
        """The object that `scan --json` prints."""
        return {
            "path": self.path,
            "action": str(self.verdict.action),
            "findings": [
                {"check": found.check, "count": found.count, "where": found.where, "text": found.text}
                for found in self.verdict.findings
            ],
            "defects": [str(defect) for defect in self.defects],
            "bytes": self.size,
            "seconds": round(self.seconds, 6),
        }


@dataclass(slots=True)
class Tally:
    """Sums over a whole run."""

    messages: int = 0
    actions: Counter[Action] = field(default_factory=Counter)
    stopped: Counter[str] = field(default_factory=Counter)
    """Messages by check that would be stopped by it."""
    noted: Counter[str] = field(default_factory=Counter)
    """Messages by check in which it would only be noted."""
    people: Counter[str] = field(default_factory=Counter)
    """Most people in one message, by check."""
    broken: int = 0
    """Messages that depart from the standards somewhere."""

    def add(self, result: Result) -> None:
        self.messages += 1
        self.actions[result.verdict.action] += 1
        self.broken += bool(result.defects)
        by_check: dict[str, bool] = {}
        for judgement in result.verdict.judgements:
            check = judgement.finding.check
            by_check[check] = by_check.get(check, False) or judgement.action in STOPPED
            self.people[check] = max(self.people[check], judgement.finding.count)
        for check, stops in by_check.items():
            (self.stopped if stops else self.noted)[check] += 1

    @property
    def would_stop(self) -> int:
        return sum(self.actions[action] for action in STOPPED)


def run(config: Path | None, internal: tuple[str, ...], json: bool, paths: tuple[str, ...]) -> int:
    """Scan `paths`, print results and a summary. Exit code: 0 nothing would be held, 1 something would."""
    settings = _settings(config, internal)
    out, tally, left_out = console(), Tally(), LeftOut()
    found = specimens(paths, settings.limits.bytes, left_out.note)
    for result in _shown_progress(_results(found, settings, not json), tally, _screen(out, json)):
        tally.add(result)
        if json:
            print(as_json(result.as_dict()))
        elif result.verdict.judgements:
            _print_result(out, result)
    if not json and (tally.messages or not left_out.unread):
        _print_summary(out, tally)
    left_out.report()
    if left_out.unread:
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


def _results(found: Iterable[Specimen], settings: Config, explain: bool) -> Iterator[Result]:
    policy, circle, readers = policy_of(settings), circle_of(settings), Readers(reader_of(settings))
    for specimen in found:
        started = time.perf_counter()
        ends = started + settings.milter.inspect_timeout
        knowledge = Knowledge(circle, partial(_before, ends), readers.open)
        try:
            evidence = gather(envelope_of(specimen, policy.limits), specimen.raw, policy, knowledge)
            verdict, defects = judge(evidence, policy), evidence.message.defects
        except OutOfTime:
            verdict, defects, evidence = _timed_out(settings), (), None
        seconds = time.perf_counter() - started
        listed = tuple(places(evidence)) if evidence and explain and verdict.judgements else ()
        yield Result(specimen.path, verdict, defects, specimen.size, seconds, listed)


def _before(end: float) -> bool:
    return time.perf_counter() < end


def _timed_out(settings: Config) -> Verdict:
    """What the milter would do with a message that takes too long: `on_error`, or nothing in observe mode."""
    seconds = settings.milter.inspect_timeout
    finding = Finding("unreadable", 1, "message", f"not checked within {lasting(seconds)}", kind="timeout")
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
    for line in result.places[:_PLACES]:
        say(out, printable(line, 1000), 11)
    if len(result.places) > _PLACES:
        say(out, f"… and {counted(len(result.places) - _PLACES, 'more place')}", 11)


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


@dataclass(slots=True)
class LeftOut:
    """Files that are no mail, and files that could not be read."""

    no_mail: int = 0
    unread: int = 0

    def note(self, path: str, trouble: str) -> None:
        if not trouble:
            self.no_mail += 1
            return
        self.unread += 1
        print(f"holdback: {printable(path)}: {trouble}", file=sys.stderr)

    def report(self) -> None:
        if self.no_mail:
            print(f"holdback: {counted(self.no_mail, 'file')} left out: not mail", file=sys.stderr)
