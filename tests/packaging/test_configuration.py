"""The annotated configuration is the reference: every key with its default, and no other."""

import re
import tomllib
from pathlib import Path
from typing import Any

from holdback.cli import main
from holdback.config import Config, RuleSection, config_of
from holdback.exits import Exit
from pydantic import BaseModel

FILE = Path(__file__).parents[2] / "packaging/holdback.toml"
WRITTEN = FILE.read_text()
UNCOMMENTED = re.sub(r"^#(?=\[\[|[a-z_]+ = )", "", WRITTEN, flags=re.M)
OWN_DOMAIN = ("internal_domains = []", 'internal_domains = ["corp.example"]')


def keys(model: type[BaseModel]) -> set[str]:
    """Dotted names of all keys that the model knows; those of rules as `rules.action`."""
    known = set()
    for name, field in model.model_fields.items():
        inner = RuleSection if name == "rules" else field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            known |= {f"{name}.{key}" for key in keys(inner)}
        else:
            known.add(name)
    return known


def flat(table: dict[str, Any], before: str = "") -> dict[str, Any]:
    """Dotted names and values of a TOML document; of several rules the last counts."""
    values = {}
    for name, value in table.items():
        tables = [value] if isinstance(value, dict) else value if name == "rules" else []
        for inner in tables:
            values |= flat(inner, f"{before}{name}.")
        if not tables:
            values[before + name] = value
    return values


def test_every_key_is_annotated_and_no_other() -> None:
    """Both ways, against the model that reads the file."""
    assert set(flat(tomllib.loads(UNCOMMENTED))) == keys(Config)


def test_what_it_calls_a_default_is_the_default() -> None:
    """Taking every # away changes nothing, but for the example rule and for actions that follow another."""
    shown = config_of(tomllib.loads(UNCOMMENTED.replace(*OWN_DOMAIN)), FILE).model_dump()
    defaults = config_of({"internal_domains": ["corp.example"]}, FILE).model_dump()
    followers = {"encrypted", "broken", "over_limit", "timeout", "unsupported"}
    assert {shown["checks"]["unreadable"].pop(kind) for kind in followers} == {
        defaults["checks"]["unreadable"]["action"]
    }
    assert {defaults["checks"]["unreadable"].pop(kind) for kind in followers} == {None}
    assert (len(shown.pop("rules")), defaults.pop("rules")) == (1, [])
    assert shown == defaults


def test_it_works_once_the_own_domain_is_set(tmp_path: Path) -> None:
    """And as delivered it says that the domain is missing, instead of guarding nothing."""
    copy = tmp_path / "holdback.toml"
    copy.write_text(WRITTEN)
    assert main.run(["check-config", "--config", str(copy)]) == Exit.CONFIG
    copy.write_text(WRITTEN.replace(*OWN_DOMAIN))
    assert main.run(["check-config", "--config", str(copy)]) == Exit.OK


def test_every_key_is_explained() -> None:
    """A comment stands before each key."""
    lines = WRITTEN.splitlines()
    bare = [
        line
        for before, line in zip(["", *lines], lines, strict=False)
        if re.match(r"#?[a-z_]+ = ", line) and not before.startswith("# ")
    ]
    assert bare == []
