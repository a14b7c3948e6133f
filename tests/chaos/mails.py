"""Numbered messages: leaks that must be held, and ordinary mail that must pass. All invented."""

import io
import random
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass

from rig.samples import Person, people, price_list, provider_csv, sample

SENDER = "tom@mongrelsocks.example"
LEAK, ORDINARY, BOMB = "leak", "ordinary", "bomb"
"""Kinds of messages. Where a bomb ends is left to the configuration: it is neither leak nor ordinary."""
SENTENCE = "The parcel left our workshop in Mill Lane this morning and should be with you by Thursday.\n"
_ROWS = 40
_NAME = re.compile(rb"(?mi)^Message-ID: <(\w+-\d+)@")


@dataclass(frozen=True, slots=True)
class Mail:
    """A message, with a name that is found again in its header."""

    name: str
    raw: bytes
    recipients: tuple[str, ...]

    @property
    def kind(self) -> str:
        return self.name.partition("-")[0]


def name_in(header: bytes) -> str:
    """Return the name of the message with this header, "" if it is none of ours."""
    found = _NAME.search(header)
    return found[1].decode() if found else ""


def mail(number: int) -> Mail:
    """Return message `number`: each fifth is a leak, and some of both kinds need a confined reader."""
    turn = number // 5
    if number % 5 == 0:
        table = provider_csv(Person(7 * number + row) for row in range(_ROWS))
        attached = (
            ("customers.csv", table.encode()),
            None,
            ("customers.zip", zipped({"customers.csv": table})),
        )
        body = table if turn % 3 == 1 else SENTENCE
        return _mail(LEAK, number, body, attached[turn % 3])
    if number % 5 == 1 and turn % 2:
        prices = {"prices.csv": price_list() * (1 + turn % 7)}
        return _mail(ORDINARY, number, SENTENCE, ("prices.zip", zipped(prices)))
    if number % 5 == 2:
        return _mail(ORDINARY, number, SENTENCE, ("prices.csv", price_list().encode()))
    return _mail(ORDINARY, number, SENTENCE * (1 + number % 30) + f"\nTom Castell, order {number}\n")


def large(number: int, size: int) -> Mail:
    """Return an ordinary message of `size` bytes of prose."""
    words = [word for word in SENTENCE.split() for _ in range(3)]
    chance = random.Random(number)
    lines = (" ".join(chance.choices(words, k=14)) for _ in range(size // 75))
    return _mail(ORDINARY, number, "\n".join(lines)[:size])


def bomb(number: int) -> Mail:
    """Return a message with a zip of zips that unpacks to some hundred megabytes."""
    inner = zipped({f"{n}.txt": "0" * 4_000_000 for n in range(4)})
    return _mail(BOMB, number, SENTENCE, ("archive.zip", _zip((f"{n}.zip", inner) for n in range(24))))


def zipped(files: dict[str, str]) -> bytes:
    """Return an archive with these text files."""
    return _zip((name, text.encode()) for name, text in files.items())


def _zip(files: Iterable[tuple[str, bytes]]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return packed.getvalue()


def _mail(kind: str, number: int, text: str, attached: tuple[str, bytes] | None = None) -> Mail:
    made = sample(f"{kind}-{number}", "", SENDER, text, f"Message {number}", to=people(1), attached=attached)
    return Mail(made.name, made.raw, made.recipients)
