"""What Prometheus sees: messages, people, holds, decisions. Labels are closed sets, never addresses."""

from prometheus_client import Counter, Gauge, Histogram, Info

from holdback.verdict import Action

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_BYTES = tuple(4**power for power in range(5, 15))
_DECISION_SECONDS = (60, 300, 900, 3600, 4 * 3600, 12 * 3600, 86_400, 3 * 86_400)

messages = Counter("holdback_messages", "Messages judged, by the action taken.", ["action"])
findings = Counter("holdback_findings", "Findings that reached their limit.", ["check", "action"])
people_protected = Counter(
    "holdback_people_protected", "People whose data a held or refused message would have shown."
)
inspection_seconds = Histogram("holdback_inspection_seconds", "Time to judge one message.", buckets=_SECONDS)
message_bytes = Histogram("holdback_message_bytes", "Size of the messages judged.", buckets=_BYTES)
holds = Gauge("holdback_holds", "Held queue files on record, by state.", ["state"])
oldest_hold_seconds = Gauge(
    "holdback_oldest_hold_seconds", "Age of the oldest message that waits for a decision."
)
cases = Gauge("holdback_cases", "Cases on record, by state.", ["state"])
decisions = Counter(
    "holdback_decisions", "Decisions of operators, as this host learns of them.", ["decision"]
)
decision_seconds = Histogram(
    "holdback_decision_seconds",
    "Time from the first hold of a case to its decision.",
    buckets=_DECISION_SECONDS,
)
orphan_holds = Gauge("holdback_orphan_holds", "Messages in the hold queue that have no record.")
errors = Counter("holdback_errors", "What went wrong, by the stage it went wrong in.", ["stage"])
reader_restarts = Counter(
    "holdback_reader_restarts", "Confined readers that a document ended: by a crash, its time or its memory."
)
customer_index_entries = Gauge(
    "holdback_customer_index_entries", "Numbers in the customer index in use; 0 if there is none."
)
customer_index_age_seconds = Gauge(
    "holdback_customer_index_age_seconds", "Age of the customer index in use; 0 if there is none."
)
canaries = Gauge("holdback_canaries", "Planted addresses that this milter knows.")
canary_hits = Counter(
    "holdback_canary_hits", "Messages that carried a canary out, or came to one.", ["direction"]
)
trail_lost = Counter(
    "holdback_trail_lost",
    "Notes for the trail that were lost, because the database did not take them in time.",
)
build_info = Info("holdback_build", "Version of the running Holdback.")

# Every series exists from the start: an increase from nothing to 1 is invisible to Prometheus.
for _action in (*Action, "tempfail", "discard"):
    messages.labels(_action)
for _decision in ("release", "release_bcc", "drop", "return"):
    decisions.labels(_decision)
for _direction in ("inbound", "outbound"):
    canary_hits.labels(_direction)
for _stage in ("customers", "housekeeping", "process", "reader", "record", "session", "timeout", "trail"):
    errors.labels(_stage)
