"""Alert rules and dashboard: every query returns data from a Holdback that has passed, held and decided."""

import json
import re
import shutil
import subprocess
import tempfile
import tomllib
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest
from rig.holdback import Holdback
from rig.postfix import PrivatePostfix
from rig.samples import FIRMS, ordinary, promotion, socks
from rig.sink import Sink
from rig.waiting import LONGEST, free_port, wait_until

PACKAGING = Path(__file__).parents[2] / "packaging"
RULES = PACKAGING / "prometheus/alerts.yml"
PANELS = json.loads((PACKAGING / "grafana/dashboard.json").read_text())["panels"]
QUERIES = [(panel["title"], target["expr"]) for panel in PANELS for target in panel["targets"]]

CONFIG = """\
global: {{ scrape_interval: 1s, evaluation_interval: 1s }}
rule_files: ["{rules}"]
scrape_configs:
  - job_name: holdback
    static_configs: [{{ targets: ["{target}"] }}]
"""


class Prometheus:
    """A Prometheus of one's own: loopback only, data in a temporary directory, a scrape a second."""

    def __init__(self, target: str) -> None:
        """`target` is scraped as job "holdback"."""
        self.root = Path(tempfile.mkdtemp(prefix="holdback-prometheus-"))
        self.port = free_port()
        (self.root / "prometheus.yml").write_text(CONFIG.format(target=target, rules=RULES))
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        words = [
            f"--config.file={self.root}/prometheus.yml",
            f"--storage.tsdb.path={self.root}/data",
            f"--web.listen-address=127.0.0.1:{self.port}",
        ]
        with (self.root / "log").open("wb") as log:
            self._process = subprocess.Popen(["prometheus", *words], stdout=log, stderr=log)
        wait_until(self._is_up, "Prometheus and its first scrape")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process:
            self._process.terminate()
            self._process.wait(LONGEST)
        shutil.rmtree(self.root, ignore_errors=True)

    def _is_up(self) -> bool:
        assert self._process and self._process.poll() is None, (self.root / "log").read_text()
        try:
            return bool(self.query('up{job="holdback"} == 1'))
        except OSError:
            return False

    def query(self, expression: str) -> list[dict[str, Any]]:
        """The series that `expression` gives now."""
        found: list[dict[str, Any]] = self._ask("query", query=expression)["result"]
        return found

    def rules(self) -> list[dict[str, Any]]:
        """The rules as Prometheus runs them."""
        return [rule for group in self._ask("rules")["groups"] for rule in group["rules"]]

    def _ask(self, what: str, **question: str) -> dict[str, Any]:
        url = f"http://127.0.0.1:{self.port}/api/v1/{what}?{urllib.parse.urlencode(question)}"
        with urllib.request.urlopen(url, timeout=LONGEST) as answer:
            data: dict[str, Any] = json.load(answer)["data"]
        return data


@pytest.fixture(scope="module")
def prometheus() -> Iterator[Prometheus]:
    """Has watched a Holdback that passed one message, held two, and learned of one decision."""
    with (
        Sink() as sink,
        PrivatePostfix(relay=sink.port) as postfix,
        Holdback(postfix, {"internal_domains": FIRMS}) as holdback,
    ):
        target = tomllib.loads(holdback.config_file.read_text())["metrics"]["listen"]
        with Prometheus(target) as watching:
            for sample in (ordinary(), socks(), promotion()):
                assert postfix.send(sample.raw, sample.sender, sample.recipients).accepted
            case = holdback.cli("cases", "--json").lines[0]["id"]
            assert holdback.cli("drop", case).code == 0
            decided = "sum(holdback_decisions_total) > 0 and sum(holdback_messages_total) > 2"
            wait_until(lambda: watching.query(decided), "a scrape after the decision")
            yield watching


def test_the_rules_are_sound() -> None:
    """Debian's promtool has nothing to say."""
    done = subprocess.run(["promtool", "check", "rules", RULES], capture_output=True, text=True)
    assert (done.returncode, "SUCCESS" in done.stdout) == (0, True), done.stdout + done.stderr


@pytest.mark.prometheus
@pytest.mark.postfix
@pytest.mark.parametrize(("title", "expression"), QUERIES)
def test_every_query_of_the_dashboard_returns_data(
    prometheus: Prometheus, title: str, expression: str
) -> None:
    """No panel stays empty for want of a metric, a label or a value that exists."""
    now = expression.replace("$__rate_interval", "30s")
    assert wait_until(lambda: prometheus.query(now), f"data for {title}")


@pytest.mark.prometheus
@pytest.mark.postfix
def test_every_rule_is_evaluated_without_error(prometheus: Prometheus) -> None:
    """Prometheus itself runs them, and only what ought to ring rings."""
    rules = wait_until(
        lambda: [rule for rule in prometheus.rules() if rule["health"] != "unknown"], "an evaluation"
    )
    assert {rule["name"]: rule.get("lastError", "") for rule in rules} == {
        rule["name"]: "" for rule in prometheus.rules()
    }
    assert [rule["name"] for rule in rules if rule["state"] == "firing"] == []


@pytest.mark.prometheus
@pytest.mark.postfix
def test_every_series_that_a_rule_looks_at_exists(prometheus: Prometheus) -> None:
    """An alert on a metric, label or value that nobody exports would be silent for ever."""
    looked_at = {
        selector
        for rule in prometheus.rules()
        for selector in re.findall(r"(?:holdback_\w+|up)(?:\{[^}]*\})?", rule["query"])
    }
    assert len(looked_at) >= 7
    assert [selector for selector in looked_at if not prometheus.query(selector)] == []


def test_dashboard_and_rules_use_every_metric_of_ours() -> None:
    """What is worth counting is worth showing."""
    page = (PACKAGING.parent / "docs/reference/metrics.md").read_text()
    documented = set(re.findall(r"^\| `(holdback_\w+)`", page, re.M))
    shown = set(re.findall(r"holdback_\w+", " ".join(query for _, query in QUERIES) + RULES.read_text()))
    assert {re.sub(r"_bucket$", "", name) for name in shown} == documented
