"""The reference says what the code does: every key, metric and check, and nothing else."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from holdback import metrics
from holdback.checks import CHECKS
from holdback.config import Config, RuleSection, Section
from holdback.documents.confined.openers import OPENERS as CONFINED
from holdback.documents.openers import OPENERS
from holdback.phrases import duration
from prometheus_client.metrics import MetricWrapperBase

DOCS = Path(__file__).parent.parent.parent / "docs"


def rows(page: str) -> list[list[str]]:
    """Cells of all table rows of a page of the reference, code marks kept."""
    lines = (DOCS / "reference" / page).read_text("utf-8").splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| `")]


def keys(model: type[Section], prefix: str = "") -> dict[str, Any]:
    """Dotted key → default, for all keys of a section and the sections in it."""
    found: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, Section):
            found |= keys(field.annotation, f"{prefix}{name}.")
        else:
            found[prefix + name] = None if field.is_required() else field.default
    return found


def test_every_configuration_key_is_documented_and_nothing_else() -> None:
    """The table of keys is the model, rules included."""
    documented = {row[0].strip("`") for row in rows("configuration.md")}
    assert documented == keys(Config).keys() | {f"rules.{name}" for name in RuleSection.model_fields}


def in_toml(value: object) -> str:
    """A default as the file has it, without quotes: `true`, `30`, `hold`, `[]`."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return json.dumps(value)
    return str(int(value)) if isinstance(value, float) else str(value)


def test_documented_defaults_are_the_defaults() -> None:
    """A default written as a value is that value."""
    defaults = keys(Config)
    for key, default, *_ in rows("configuration.md"):
        if default.startswith("`") and default.endswith("`") and not key.startswith("`rules."):
            value = defaults[key.strip("`")]
            written = default.strip("`").strip('"')
            assert written == in_toml(value), key


def test_every_metric_is_documented_and_nothing_else() -> None:
    """Name, type and labels are those of the code."""
    suffix = {"counter": "_total"}
    known = set()
    for metric in vars(metrics).values():
        if isinstance(metric, MetricWrapperBase):
            name = metric._name + suffix.get(metric._type, "")
            known.add((name, metric._type, tuple(metric._labelnames)))
    documented = set()
    for name, kind, labels, _ in rows("metrics.md"):
        documented.add((name.strip("`"), kind, tuple(re.findall(r"`(\w+)`", labels))))
    assert documented == known


CHECKS_PAGE = (DOCS / "reference" / "checks.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^## (\w+)$\n(.*?)(?=^## |\Z)", CHECKS_PAGE, re.M | re.S))


def test_every_check_has_its_section_and_nothing_else_has() -> None:
    """A check is documented under its name, in the order of the rows."""
    assert list(SECTIONS) == list(CHECKS)


def documented_keys(section: str) -> dict[str, tuple[str, str]]:
    """Default and meaning of every key in a section; one line may have several keys of one table."""
    found = {}
    for cells, default, meaning in re.findall(
        r"^\| (`checks\.[^|]+) \| ([^|]+) \| ([^|]*) \|$", section, re.M
    ):
        for key in re.findall(r"`[\w.]*\.(\w+)`", cells):
            found[key] = (default.replace("`", ""), meaning)
    return found


def as_written(value: object) -> str:
    """A default as the page has it: `hold`, `10`, `1 h`; None follows the check's action."""
    if value is None:
        return "as action"
    return duration(value) if isinstance(value, float) else str(value)


@pytest.mark.parametrize("name", CHECKS)
def test_the_keys_of_a_check_are_documented_and_no_others(name: str) -> None:
    """With their defaults, from the row."""
    fields = type(Config(internal_domains=["corp.example"]).checks.of(CHECKS[name])).model_fields
    written = {key: default for key, (default, _) in documented_keys(SECTIONS[name]).items()}
    assert written == {key: as_written(field.default) for key, field in fields.items()}


@pytest.mark.parametrize("name", CHECKS)
def test_the_words_that_a_key_takes_are_documented(name: str) -> None:
    """The actions of the row, and the words of its options."""
    keys, check = documented_keys(SECTIONS[name]), CHECKS[name]
    taken = {"action": sorted(check.actions)} | {one.key: sorted(one.words) for one in check.options}
    assert {key: sorted(re.findall(r"`(\w+)`", keys[key][1])) for key in taken} == taken


@pytest.mark.parametrize("name", CHECKS)
def test_the_kinds_of_finding_are_documented(name: str) -> None:
    """Those that have a limit, with its key, and those that have an action of their own."""
    check = CHECKS[name]
    written = re.findall(r"^\| `(\w+)` \|.*?(?:`checks\.\w+\.(\w+)`)? \|$", SECTIONS[name], re.M)
    limits = {kind: limit.key for kind, limit in check.limits.items() if kind}
    assert dict(written) == limits | dict.fromkeys(check.kind_actions, "")


def links() -> list[tuple[Path, str]]:
    pages = [*DOCS.rglob("*.md"), DOCS.parent / "README.md", DOCS.parent / "CONTRIBUTING.md"]
    return [
        (page, link) for page in pages for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text("utf-8"))
    ]


@pytest.mark.parametrize(
    ("page", "link"), links(), ids=lambda value: value if isinstance(value, str) else value.name
)
def test_links_lead_somewhere(page: Path, link: str) -> None:
    """A relative link names a file that exists."""
    assert (page.parent / link).exists()


def test_every_kind_of_content_is_documented_and_nothing_else() -> None:
    """What is recognised is on the page of formats, by where it is read."""
    page = (DOCS / "reference" / "formats.md").read_text("utf-8")
    plain, _, rest = page.partition("## Read in the confined reader")
    confined = rest.partition("## Findings")[0]
    for text, openers in ((plain, OPENERS), (confined, CONFINED)):
        cells = re.findall(r"^\| (`[^|]+`) \|", text, re.M)
        documented = [kind for cell in cells for kind in re.findall(r"`([\w]+)`", cell)]
        assert sorted(documented) == sorted(map(str, openers))
