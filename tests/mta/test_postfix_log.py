"""What lines of Postfix's log prove about deliveries."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from holdback.mta.interface import Delivery
from holdback.mta.mail_log import lines_of_log
from holdback.mta.postfix_log import deliveries_in

RELEASED = "postfix/postsuper[9]: {id}: released from hold"


def to(address: str, status: str, queue_id: str = "4AAA1", text: str = "250 ok") -> str:
    relay = "relay=mx.shop.example[192.0.2.1]:25, delay=1.5, delays=1/0/0.2/0.3, dsn=2.0.0"
    return f"postfix/smtp[12]: {queue_id}: to=<{address}>, {relay}, status={status} ({text})"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([], None),
        ([RELEASED.format(id="4AAA1")], Delivery(0, 0)),
        ([RELEASED.format(id="4AAA1"), to("a@x.example", "sent")], Delivery(1, 0)),
        (
            [RELEASED.format(id="4AAA1"), to("a@x.example", "deferred"), to("a@x.example", "sent")],
            Delivery(1, 0),
        ),
        ([RELEASED.format(id="4AAA1"), to("a@x.example", "deferred")], Delivery(0, 0)),
        (
            [RELEASED.format(id="4AAA1"), to("a@x.example", "bounced"), to("b@x.example", "sent")],
            Delivery(1, 1),
        ),
        # the reply of another server, another message, and the message that had the id before
        ([RELEASED.format(id="4AAA1"), to("a@x.example", "deferred", text="status=sent (")], Delivery(0, 0)),
        ([RELEASED.format(id="4AAA1"), to("a@x.example", "sent", "4AAA2")], Delivery(0, 0)),
        ([to("a@x.example", "sent"), RELEASED.format(id="4AAA1")], Delivery(0, 0)),
        ([to("a@x.example", "sent")], None),
        ([RELEASED.format(id="4AAA2"), to("a@x.example", "sent")], None),
        (["\udcff\x00", "postfix/smtp[1]: 4AAA1: to=<", RELEASED.format(id="4AAA1")], Delivery(0, 0)),
    ],
)
def test_lines(tmp_path: Path, lines: list[str], expected: Delivery | None) -> None:
    """Each recipient by its latest attempt since the release; nothing without the release."""
    log = tmp_path / "mail.log"
    text = "".join(f"Dec  1 16:04:52 mail {line}\n" for line in lines)
    log.write_text(text, errors="surrogateescape")
    assert deliveries_in(lines_of_log(str(log)), ["4AAA1"]).get("4AAA1") == expected


def test_the_rotated_log_comes_first(tmp_path: Path) -> None:
    """A message may be released in one file and delivered in the next."""
    log = tmp_path / "mail.log"
    Path(f"{log}.1").write_text(f"Dec  1 mail {RELEASED.format(id='4AAA1')}\n")
    log.write_text(f"Dec  1 mail {to('a@x.example', 'sent')}\n")
    assert deliveries_in(lines_of_log(str(log)), ["4AAA1"]) == {"4AAA1": Delivery(1, 0)}
    assert list(lines_of_log(str(tmp_path / "none"))) == []


JOURNAL = """
set -e
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /var/log
mkdir -p /run/systemd
echo 0123456789abcdef0123456789abcdef > /run/machine-id
mount --bind /run/machine-id /etc/machine-id
/lib/systemd/systemd-journald &
trap "kill $!" EXIT
until test -S /run/systemd/journal/dev-log; do sleep 0.1; done
while read -r program line; do
    logger --socket /run/systemd/journal/dev-log --id=12 -p mail.info -t "$program" -- "$line"
done
journalctl --sync
"$@"
"""
DELIVERIES = """
from holdback.mta.mail_log import lines_of_log
from holdback.mta.postfix_log import deliveries_in
print(deliveries_in(lines_of_log(""), ["4AAA1"]))
"""


def test_the_journal_of_systemd() -> None:
    """Without maillog_file and syslog, the log is in the journal. A real journald, with mounts of its own."""
    lines = [RELEASED.format(id="4AAA1"), to("a@x.example", "sent"), to("b@x.example", "bounced")]
    written = "".join(re.sub(r"\[\d+\]:", "", line, count=1) + "\n" for line in lines)
    done = subprocess.run(
        ["unshare", "--mount", "bash", "-c", JOURNAL, "bash", sys.executable, "-c", DELIVERIES],
        input=written,
        capture_output=True,
        text=True,
        timeout=120,
    )
    expected = {"4AAA1": Delivery(1, 1)}
    assert done.stdout == f"{expected}\n", done.stderr
