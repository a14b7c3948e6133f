"""Reading the configuration file: every mistake in it is reported at once."""

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, get_args

from pydantic import ValidationError

from holdback.config.schema import Config


class ConfigError(Exception):
    """Every mistake of one file, a line each: `file: key = value: reason`."""

    def __init__(self, path: Path, mistakes: Iterable[str]) -> None:
        self.path = path
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(f"{path}: {mistake}" for mistake in self.mistakes))


def load(path: Path) -> Config:
    """The configuration in `path`. Raises ConfigError with all mistakes; an unreadable file is one, too."""
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ConfigError(path, [f"cannot be read: {error.strerror}"]) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(path, [f"is not TOML: {error}"]) from None
    return config_of(data, path)


def config_of(data: Mapping[str, Any], path: Path) -> Config:
    """The configuration that `data`, as tomllib gives it, describes; `path` is named in errors."""
    try:
        return Config.model_validate(data)
    except ValidationError as invalid:
        raise ConfigError(path, [_mistake(dict(error)) for error in invalid.errors()]) from None


def _mistake(error: dict[str, Any]) -> str:
    """`rules[2].action = "held": reason`, from one of pydantic's errors."""
    location: tuple[int | str, ...] = error["loc"]
    key = "".join(f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in location).lstrip(".")
    if error["type"] == "missing":
        return f"{key}: is required"
    if error["type"] == "extra_forbidden":
        return f"{key}: unknown key{_suggestion(location)}"
    reason = error["msg"].removeprefix("Value error, ").replace("Input should be ", "must be ")
    # An address of a database may hold a password.
    if isinstance(error["input"], dict) or key == "database.url":
        return f"{key}: {reason}"
    return f"{key} = {_toml(error['input'])}: {reason}"


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)


def _suggestion(location: tuple[int | str, ...]) -> str:
    """`; did you mean "record_limit"?`, if a key of that table is close."""
    table: Any = Config
    for step in location[:-1]:
        if isinstance(step, str):
            annotation = table.model_fields[step].annotation
            table = next(iter(get_args(annotation)), annotation)
    close = difflib.get_close_matches(str(location[-1]), list(table.model_fields), n=1)
    return f'; did you mean "{close[0]}"?' if close else ""
