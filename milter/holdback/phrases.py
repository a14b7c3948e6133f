"""Formats numbers, durations and untrusted text for a terminal."""

MAX_LENGTH = 200
"""Characters of an untrusted text (subject, name, path) that are printed."""


def printable(text: str, limit: int = MAX_LENGTH) -> str:
    """`text` without escape sequences, direction marks and line ends, cut to `limit` characters."""
    cut = text if len(text) <= limit else f"{text[: limit - 1]}…"
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in cut)


def number(count: int) -> str:
    """`10,850`"""
    return f"{count:,}"


def count_of(count: int, singular: str, plural: str = "") -> str:
    """`1 message`, `10,850 messages`"""
    return f"{number(count)} {singular if count == 1 else plural or singular + 's'}"


def duration(seconds: float) -> str:
    """`45 s`, `12 min`, `3 h`, `2 days`: the largest unit that fills at least one."""
    for unit, size in (("days", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= size:
            whole = int(seconds // size)
            return "1 day" if (whole, unit) == (1, "days") else f"{whole} {unit}"
    return f"{int(max(seconds, 0))} s"
