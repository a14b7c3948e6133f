"""Generate values in the style of a column. No value is specific to one real person."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from random import Random

Maker = Callable[[Random], str]
"""Returns a new value at each call."""

_LOOK = 300
"""Values of a long column that are analysed."""
_FORMATS = tuple(
    date + time
    for date in ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%Y/%m/%d", "%d-%m-%Y", "%Y%m%d")
    for time in ("", " %H:%M:%S", " %H:%M", "T%H:%M:%S", "T%H:%M:%SZ")
)
_PADDED = re.compile(r"(?<![\d:])0(?=\d(?:[-./ T]|$))")
_UNPADDED = re.compile(r"(?<!\d)[1-9][-./]")
_PHONES = {
    "44": ("0", "7700 900", 100, 999),
    "49": ("0", "30 23125 ", 100, 999),
    "1": ("", "202-555-0", 100, 199),
    "33": ("0", "6 39 98 ", 1000, 9999),
}
"""Calling code → numbers reserved for fiction (Ofcom, Bundesnetzagentur, NANPA, Arcep): trunk prefix, area,
first and last number."""
_NATIONAL = {
    "44": re.compile(r"0\d{4} \d{6}|0\d{3} \d{3} \d{4}|02\d \d{4} \d{4}|0[1-37]\d{9}"),
    "49": re.compile(r"\(?0\d{2,4}\)?[ /-]{1,3}\d{5,8}"),
    "1": re.compile(r"\(?\d{3}\)?[-. ]\d{3}[-. ]\d{4}(?:\D.*)?"),
    "33": re.compile(r"0\d(?:[ .]?\d\d){4}"),
}
"""National format of numbers in these countries."""
_DIGIT = re.compile(r"\d")
_NUMBER = re.compile(r"(\D{0,3}?)(-?\d{1,9}(?:[.,]\d{1,4})?)(\D{0,4})")
"""Prefix, number, currency or unit."""
_TRIES = 100
_FEW = 4
"""Characters at one position of an id up to which only these are used."""


def repeated(column: Sequence[str]) -> Maker:
    """Make values that occur in several rows, in proportion to their frequency; "" if there are none."""
    counts = Counter(column)
    common = [value for value in column if counts[value] > 1] or [""]
    return lambda random: random.choice(common)


def code(column: Sequence[str]) -> Maker:
    """Make unique ids in the format of the column that do not occur in it."""
    used = set(column)
    lengths = Counter(map(len, column))
    length = max(lengths, key=lambda one: (lengths[one], one))
    places = [set(signs) for signs in zip(*(v for v in column if len(v) == length), strict=True)]
    seen = [sorted(signs) for signs in places]
    numbers = [int(value) for value in column if value.isdecimal()]

    def make(random: Random) -> str:
        for _ in range(_TRIES):
            made = "".join(_sign(signs, place, random) for place, signs in enumerate(seen))
            if made not in used:
                used.add(made)
                return made
        # Consecutive numbers are continued.
        numbers.append(max(numbers, default=0) + random.randint(1, 9))
        return str(numbers[-1])

    return make


def _sign(seen: Sequence[str], place: int, random: Random) -> str:
    if len(seen) > _FEW and all(map(str.isdecimal, seen)):
        return random.choice("0123456789" if place or "0" in seen else "123456789")
    return random.choice(seen)


def date(column: Sequence[str]) -> Maker | None:
    """Make dates within the range and in the format of the column; None if it has no dates."""
    values = _some(column)
    for written in _FORMATS:
        moments = [moment for moment in (_moment(value, written) for value in values) if moment]
        if moments and len(moments) * 5 >= len(values) * 4:
            padded = not any(map(_UNPADDED.search, values))
            return _dates(min(moments), max(moments), written, padded)
    return None


def _dates(first: datetime, last: datetime, written: str, padded: bool) -> Maker:
    seconds = int((last - first).total_seconds())

    def make(random: Random) -> str:
        made = (first + timedelta(seconds=random.randint(0, seconds))).strftime(written)
        return made if padded else _PADDED.sub("", made)

    return make


def _moment(value: str, written: str) -> datetime | None:
    try:
        return datetime.strptime(value, written)
    except ValueError:
        return None


def number(column: Sequence[str]) -> Maker | None:
    """Make numbers within the range and with the decimals of the column; None if it has no numbers."""
    found = [_NUMBER.fullmatch(value) for value in _some(column)]
    values = [match[2] for match in found if match]
    around = {(match[1], match[3]) for match in found if match}
    if not values or not all(found) or len(around) > 1:
        return None
    before, behind = around.pop()
    mark = "," if any("," in value for value in values) else "."
    decimals = max(len(value.partition(mark)[2]) for value in values)
    amounts = [float(value.replace(",", ".")) for value in values]
    least, most = min(amounts), max(amounts)

    def make(random: Random) -> str:
        made = f"{random.uniform(least, most):.{decimals}f}".replace(".", mark)
        return f"{before}{made}{behind}"

    return make


def street(column: Sequence[str]) -> Maker:
    """Make streets of the column with another house number."""
    values = _some(column) or [""]
    return lambda random: _DIGIT.sub(lambda _: str(random.randrange(1, 10)), random.choice(values))


def phone(column: Sequence[str]) -> Maker:
    """Make fictitious phone numbers in the country and format of the column.

    Makes "" if that country has no numbers reserved for fiction.
    """
    values = [value.strip() for value in _some(column)]
    owned = {code: sum(_belongs(code, value) for value in values) for code in _PHONES}
    country = max(owned, key=lambda code: owned[code])
    if owned[country] * 4 < len(values):
        return lambda random: ""
    trunk, area, first, last = _PHONES[country]
    start = trunk
    if _mostly(value.startswith("+") for value in values):
        start = f"+{country} "
    elif _mostly(value.startswith("00") for value in values):
        start = f"00{country} "
    spaced = any(" " in value or "-" in value for value in values)

    def make(random: Random) -> str:
        end = f"{random.randint(first, last)}"
        made = f"{start}{area}{end}" if len(end) < 4 else f"{start}{area}{end[:2]} {end[2:]}"
        return made if spaced else re.sub("[ -]", "", made)

    return make


def _belongs(country: str, number: str) -> bool:
    if number.startswith(("+", "00")):
        return number.lstrip("+0 (").startswith(country)
    return _NATIONAL[country].fullmatch(number) is not None


def _mostly(answers: Iterable[bool]) -> bool:
    given = list(answers)
    return sum(given) * 2 > len(given)


def _some(column: Sequence[str]) -> list[str]:
    """Return non-empty values sampled evenly from the column."""
    return [value for value in column[:: len(column) // _LOOK + 1] if value.strip()]
