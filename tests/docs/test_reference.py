"""The reference says what the code does: every key, metric and check, and nothing else."""

import re
from pathlib import Path
from typing import Any

import pytest
from holdback import metrics
from holdback.checks import CHECKS
from holdback.config import Config, RuleSection, Section
from holdback.documents import Unreadable
from holdback.documents.confined.openers import OPENERS as CONFINED
from holdback.documents.openers import OPENERS
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


def test_documented_defaults_are_the_defaults() -> None:
    """A default written as a value is that value."""
    defaults = keys(Config)
    for key, default, *_ in rows("configuration.md"):
        if default.startswith("`") and default.endswith("`") and not key.startswith("`rules."):
            value = defaults[key.strip("`")]
            written = default.strip("`").strip('"')
            assert written == (str(int(value)) if isinstance(value, float) else str(value)), key


def test_every_metric_is_documented_and_nothing_else() -> None:
    """Name, type and labels are those of the code."""
    suffix = {"counter": "_total", "info": "_info"}
    known = set()
    for metric in vars(metrics).values():
        if isinstance(metric, MetricWrapperBase):
            name = metric._name + suffix.get(metric._type, "")
            known.add((name, "gauge" if metric._type == "info" else metric._type, tuple(metric._labelnames)))
    documented = set()
    for name, kind, labels, _ in rows("metrics.md"):
        names = () if name == "`holdback_build_info`" else tuple(re.findall(r"`(\w+)`", labels))
        documented.add((name.strip("`"), kind, names))
    assert documented == known


def test_every_check_has_its_section_and_nothing_else_has() -> None:
    """A check is documented under its name."""
    page = (DOCS / "reference" / "checks.md").read_text("utf-8")
    assert set(re.findall(r"^## (\w+)$", page, re.M)) == set(CHECKS)


def test_every_kind_of_unreadable_is_documented() -> None:
    """The kinds of the table are the kinds of the code."""
    kinds = {row[0].strip("`") for row in rows("checks.md")} & {str(kind) for kind in Unreadable}
    assert kinds == {str(kind) for kind in Unreadable}


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
    confined = rest.partition("## What is said")[0]
    for text, openers in ((plain, OPENERS), (confined, CONFINED)):
        cells = re.findall(r"^\| (`[^|]+`) \|", text, re.M)
        documented = [kind for cell in cells for kind in re.findall(r"`([\w]+)`", cell)]
        assert sorted(documented) == sorted(map(str, openers))
