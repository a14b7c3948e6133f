"""Checks the confined reader: its confinement, by trying, and whether its libraries work."""

from collections.abc import Iterator

from holdback.cli.doctor.diagnosis import Diagnosis, failed, ok, warning
from holdback.config import Config, reader_of
from holdback.documents import Budget, Table, Text
from holdback.documents.document import Piece
from holdback.mail import Limits, Part
from holdback.reader import CannotStart, Confinement, ConnectionClosed, Process, ReaderLost
from holdback.reader.specimens import ADDRESS, SPECIMENS

_SEE = "See docs/explanation/confinement.md."
_LAYERS = {
    "limits": "Check whether a container forbids setrlimit.",
    "no new privileges": "Check whether a container forbids prctl.",
    "seccomp": "Install libseccomp2. Containers and systemd can forbid seccomp, too.",
    "Landlock": "Needs Linux 5.13, with landlock among the kernel's lsm= modules.",
}


def check_reader(config: Config) -> Iterator[Diagnosis]:
    """Start a reader as the service does, but as the current user, and check it."""
    yield from _times(config)
    try:
        process = Process(reader_of(config))
    except OSError as error:
        yield _no_reader(error)
        return
    try:
        confinement = process.ready(_keep_waiting)
        yield ok("reader", f"started on Linux {confinement.kernel}")
        yield from _layers(confinement)
        yield from _specimens(process)
        yield from _attempts(process)
    except CannotStart as error:
        yield _no_reader(error)
    finally:
        process.end()


def _times(config: Config) -> Iterator[Diagnosis]:
    own, whole = config.reader.timeout, config.milter.inspect_timeout
    if own >= whole:
        text = f"{own:g} s is not less than milter.inspect_timeout, {whole:g} s"
        advice = "Set it to a third, or one slow document uses up the time of the whole message."
        yield warning("reader.timeout", text, advice)


def _no_reader(error: Exception) -> Diagnosis:
    advice = (
        "Reinstall Holdback and its libraries, and restart it. Until then, milter.on_error applies to "
        "messages with attachments."
    )
    return failed("reader", f"does not start: {error}", advice)


def _keep_waiting() -> None:
    pass


def _layers(confinement: Confinement) -> Iterator[Diagnosis]:
    missing = confinement.missing.split(", ")
    for layer, advice in _LAYERS.items():
        if layer not in missing:
            version = f", version {confinement.landlock}" if layer == "Landlock" else ""
            yield ok(f"reader: {layer}", f"active{version}")
            continue
        why = "; ".join(text for text in confinement.trouble if text.startswith(layer))
        yield warning(f"reader: {layer}", f"not active ({why.removeprefix(layer + ': ')})", advice)


def _attempts(process: Process) -> Iterator[Diagnosis]:
    """What the reader can do that a hostile attachment might try."""
    for name, stopped_by in process.probe(_keep_waiting):
        if stopped_by:
            yield ok(f"reader tries to {name}", f"blocked ({stopped_by})")
        else:
            yield warning(f"reader tries to {name}", "not blocked", _SEE)


def _specimens(process: Process) -> Iterator[Diagnosis]:
    for name, (kind, content) in SPECIMENS.items():
        part, budget = Part("1", content, name=name), Budget(Limits(), lambda: True, len(content))
        try:
            process.ask(kind, part, budget)
            content_read = " ".join(map(_text_of, process.answer(part, budget)))
        except (ConnectionClosed, ReaderLost) as error:
            content_read = f"{type(error).__name__} {error}"
        if ADDRESS in content_read:
            yield ok(f"reader opens a {name}", "content read")
        else:
            text, advice = (
                f"content not read: {content_read or 'empty'}",
                f"Check that its library is installed. {_SEE}",
            )
            yield failed(f"reader opens a {name}", text, advice)


def _text_of(piece: Piece) -> str:
    match piece:
        case Text(text=text):
            return text
        case Table():
            return piece.source
        case Part(content=content):
            return content.decode("latin-1")
    return f"({piece})"
