"""The confined reader: what confines it here, shown by trying, and whether its libraries do their work."""

from collections.abc import Iterator

from holdback.cli.doctor.diagnosis import Diagnosis, ok, weak, wrong
from holdback.config import Config, reader_of
from holdback.documents import Budget, Table, Text
from holdback.documents.values import Piece
from holdback.mail import Limits, Part
from holdback.reader import CannotStart, Confinement, ConnectionClosed, Process, ReaderLost
from holdback.reader.specimens import ADDRESS, SPECIMENS

_SEE = "see docs/explanation/confinement.md"
_LAYERS = {
    "limits": "is this a container that forbids setrlimit?",
    "no new privileges": "a kernel of this century has it; what contains Holdback may forbid prctl",
    "seccomp": "install libseccomp2; containers and systemd may forbid it, too",
    "Landlock": "it takes Linux 5.13, and landlock among the kernel's lsm= modules",
}


def look_at_reader(config: Config) -> Iterator[Diagnosis]:
    """Starts a reader like the service's, but as the user who asks."""
    yield from _times(config)
    try:
        process = Process(reader_of(config))
    except OSError as error:
        yield _no_reader(error)
        return
    try:
        confinement = process.ready(_patient)
        yield ok("reader", f"starts, on Linux {confinement.kernel}")
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
        text = f"{own:g} s, not less than milter.inspect_timeout, {whole:g} s"
        yield weak(
            "reader.timeout", text, "make it a third: else one document decides about the whole message"
        )


def _no_reader(error: Exception) -> Diagnosis:
    advice = "attachments count as broken meanwhile: install Holdback and its libraries again, restart it"
    return wrong("reader", f"does not start: {error}", advice)


def _patient() -> None:
    pass


def _layers(confinement: Confinement) -> Iterator[Diagnosis]:
    missing = confinement.missing.split(", ")
    for layer, advice in _LAYERS.items():
        if layer not in missing:
            version = f", version {confinement.landlock}" if layer == "Landlock" else ""
            yield ok(f"reader: {layer}", f"in force{version}")
            continue
        why = "; ".join(text for text in confinement.trouble if text.startswith(layer))
        yield weak(f"reader: {layer}", f"missing ({why.removeprefix(layer + ': ')})", advice)


def _attempts(process: Process) -> Iterator[Diagnosis]:
    """What the reader itself tried, a moment ago."""
    for name, stopped_by in process.probe(_patient):
        if stopped_by:
            yield ok(f"reader tries to {name}", f"refused ({stopped_by})")
        else:
            yield weak(f"reader tries to {name}", "done: nothing stops it", _SEE)


def _specimens(process: Process) -> Iterator[Diagnosis]:
    for name, (kind, content) in SPECIMENS.items():
        part, budget = Part("1", content, name=name), Budget(Limits(), lambda: True, len(content))
        try:
            process.ask(kind, part, budget)
            said = " ".join(map(_said, process.answer(part, budget)))
        except (ConnectionClosed, ReaderLost) as error:
            said = f"{type(error).__name__} {error}"
        if ADDRESS in said:
            yield ok(f"reader opens a {name}", "reads what is in it")
        else:
            text, advice = (
                f"does not read what is in it: {said or 'nothing'}",
                f"is its library complete? {_SEE}",
            )
            yield wrong(f"reader opens a {name}", text, advice)


def _said(piece: Piece) -> str:
    match piece:
        case Text(text=text):
            return text
        case Table():
            return piece.source
        case Part(content=content):
            return content.decode("latin-1")
    return f"({piece})"
