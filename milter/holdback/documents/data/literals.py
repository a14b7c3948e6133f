"""Convert the literals of JavaScript and Python to JSON: strings, names of properties, comments."""

import json
import re
from collections.abc import Iterator

from holdback.documents.budget import Budget

# Comments and strings that are not closed extend to the end, so that no character is examined twice.
_TOKEN = re.compile(
    r"""//[^\n]*+|/\*(?:[^*]|\*(?!/))*+(?:\*/)?"""
    r"""|("(?:[^"\\\n]|\\[\s\S])*+"?|'(?:[^'\\\n]|\\[\s\S])*+'?|`(?:[^`\\]|\\[\s\S])*+`?)"""
    r"""|(?<![\w.])([A-Za-z_$][\w$.]*+)"""
)
"""A comment, a string, or a word: the name of a property, a variable, a keyword."""
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|u\{([0-9a-fA-F]{1,5})\}|([\s\S]))")
_ESCAPED = {"n": "\n", "r": "\n", "t": "\t", "b": " ", "f": " ", "v": " ", "\n": ""}
_WORDS = ("true", "false", "null")
_JSON = ('{"', '[{"', '[["')
_COLON = re.compile(r"\s*+:")
_BETWEEN_BEATS = 1_000


def as_json(code: str, budget: Budget) -> Iterator[str]:
    """Yield `code` in pieces: without comments, with all strings and names of properties as in JSON."""
    end = 0
    for number, token in enumerate(_TOKEN.finditer(code)):
        if number % _BETWEEN_BEATS == 0:
            budget.beat()
        yield code[end : token.start()]
        end = token.end()
        string, word = token.groups()
        if string:
            yield _json_string(string)
        elif word:
            yield f'"{word}"' if word not in _WORDS or _COLON.match(code, end) else word
    yield code[end:]


def _json_string(written: str) -> str:
    """Return a string of JavaScript as in JSON; one that contains JSON as that JSON."""
    text = written[1:-1]
    if "\\" in text:
        text = _ESCAPE.sub(_unescaped, text)
    elif written[0] == written[-1] == '"':
        return written
    return text if text.startswith(_JSON) else json.dumps(text, ensure_ascii=False)


def _unescaped(escape: re.Match[str]) -> str:
    code = escape[1] or escape[2] or escape[3]
    if code:
        number = int(code, 16)
        return "\ufffd" if 0xD800 <= number < 0xE000 else chr(number)
    return _ESCAPED.get(escape[4], escape[4])
