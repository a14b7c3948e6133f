"""The Prometheus metrics: messages, people, holds, decisions. Labels are closed sets, never addresses."""

from itertools import product
from typing import Literal, get_args

from prometheus_client import Counter, Gauge, Histogram, disable_created_metrics

from holdback import __version__
from holdback.checks import CHECKS
from holdback.shared_values import use_shared_values
from holdback.verdict import Action

Stage = Literal[
    "customers",
    "housekeeping",
    "opener",
    "process",
    "queue",
    "reader",
    "record",
    "session",
    "timeout",
    "trail",
]
"""Where an error happened. `docs/reference/log.md` explains them."""

use_shared_values()
# They would double the number of series, and nothing uses them.
disable_created_metrics()  # type: ignore[no-untyped-call]

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_BYTES = tuple(4**power for power in range(5, 15))
_DECISION_SECONDS = (60, 300, 900, 3600, 4 * 3600, 12 * 3600, 86_400, 3 * 86_400)

messages = Counter("holdback_messages", "Messages inspected, by action.", ["action"])
findings = Counter(
    "holdback_findings", "Findings that reached their limit, by check and action.", ["check", "action"]
)
people_protected = Counter(
    "holdback_people_protected", "People whose data a held or rejected message would have disclosed."
)
inspection_seconds = Histogram(
    "holdback_inspection_seconds", "Time from end of message to the reply.", buckets=_SECONDS
)
message_bytes = Histogram("holdback_message_bytes", "Size of the messages inspected.", buckets=_BYTES)
holds = Gauge("holdback_holds", "Held messages of this host on record, by state.", ["state"])
oldest_hold_seconds = Gauge(
    "holdback_oldest_hold_seconds",
    "Age of this host's oldest message waiting for a decision; 0 if there is none.",
)
cases = Gauge(
    "holdback_cases", "Cases on record, by state; the same on hosts that share a database.", ["state"]
)
decisions = Counter(
    "holdback_decisions",
    "Decisions of operators since the milter started; one host counts each.",
    ["decision"],
)
decision_seconds = Histogram(
    "holdback_decision_seconds",
    "Time from the first hold of a case to its decision.",
    buckets=_DECISION_SECONDS,
)
orphan_holds = Gauge("holdback_orphan_holds", "Messages in the hold queue of this host without a case.")
host_conflict = Gauge(
    "holdback_host_conflict",
    "1 if another host has the name, another key, or the state directory of this one.",
)
errors = Counter("holdback_errors", "Errors, by stage.", ["stage"])
reader_restarts = Counter(
    "holdback_reader_restarts", "Confined readers ended by a document: crash, timeout or memory limit."
)
customer_index_entries = Gauge(
    "holdback_customer_index_entries", "Keyed hashes in the customer index in use; 0 if there is none."
)
customer_index_age_seconds = Gauge(
    "holdback_customer_index_age_seconds", "Age of the customer index in use; 0 if there is none."
)
canaries = Gauge("holdback_canaries", "Canary addresses known to this milter.")
canary_hits = Counter(
    "holdback_canary_hits",
    "Messages that contained a canary (outbound) or came to one (inbound).",
    ["direction"],
)
trail_lost = Counter(
    "holdback_trail_lost",
    "Entries of the ledger, contacts and canary hits lost: the database was unavailable or slow.",
)
build_info = Gauge("holdback_build_info", "Version of the running Holdback.", ["version"])
workers = Gauge("holdback_workers", "Worker processes that are ready for mail.")
worker_restarts = Counter(
    "holdback_worker_restarts",
    "Processes of the milter that were replaced, by reason.",
    ["reason"],
)

# Every series exists from the start: Prometheus does not see an increase from nothing to 1.
for _action in (*Action, "tempfail", "discard"):
    messages.labels(_action)
for _decision in ("release", "release_bcc", "drop", "return"):
    decisions.labels(_decision)
for _direction in ("inbound", "outbound"):
    canary_hits.labels(_direction)
for _check, _action in product(CHECKS, Action):
    findings.labels(_check, _action)
for _stage in get_args(Stage):
    errors.labels(_stage)
build_info.labels(__version__).set(1)
for _reason in ("ended", "silent", "probe", "memory", "socket"):
    worker_restarts.labels(_reason)
