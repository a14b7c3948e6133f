"""docs/how-to/watch.md lists the alert rules, by severity."""

import re
from pathlib import Path

PACKAGING = Path(__file__).parents[2] / "packaging"
PAGE = (Path(__file__).parents[2] / "docs/how-to/watch.md").read_text("utf-8")


def test_every_alert_is_documented_under_its_severity() -> None:
    """Critical alerts in the first table, warnings in the second."""
    rules = (PACKAGING / "prometheus/alerts.yml").read_text("utf-8")
    defined = re.findall(r"alert: (\w+)\n.*?severity: (\w+)", rules, re.S)
    critical, _, warnings = PAGE.partition("All other alerts are warnings")
    for severity, text in (("critical", critical), ("warning", warnings)):
        documented = re.findall(r"^\| `(\w+)` \|", text, re.M)
        assert sorted(documented) == sorted(name for name, level in defined if level == severity)
