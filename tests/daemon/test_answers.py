"""Answers of the real daemon at end of message, over the milter protocol."""

from collections.abc import Callable

import pytest
from holdback.log import Fields
from rig.daemonlog import lines
from rig.golden import Golden, goldens
from rig.holdback import Holdback
from rig.letters import ORDINARY, SOCKS, STRANGERS, letter
from rig.milterclient import ALL_ACTIONS, ALL_STEPS, LEADING_SPACE, Ending, MilterClient

Start = Callable[..., Holdback]

QUARANTINE = 0x20


def brackets(addresses: list[bytes]) -> list[bytes]:
    return [b"<%s>" % address for address in addresses]


def send(milter: Holdback, raw: bytes, recipients: list[bytes] | None = None, queue_id: str = "4A") -> Ending:
    """Sends one message on a connection of its own, by default to Bob."""
    with MilterClient(milter.socket) as mta:
        mta.connect()
        ending = mta.message(raw, brackets(recipients or [b"bob@customer.example"]), queue_id=queue_id)
        mta.quit()
    return ending


def test_ordinary_mail_is_accepted(milter: Holdback) -> None:
    """The message is accepted without any change."""
    assert send(milter, ORDINARY) == Ending("accept")


def test_held_mail_names_its_case_and_nothing_else(milter: Holdback) -> None:
    """The quarantine reason is only the case id that is in the log."""
    ending = send(milter, SOCKS, STRANGERS)
    assert ending == Ending("continue", lines(milter)[0]["case"])


@pytest.mark.parametrize(
    ("action", "reply"),
    [
        ("pass", "accept"),
        ("observe", "accept"),
        (
            "reject",
            "550 5.7.1 Message rejected: its recipients would see each other's addresses. Put them in Bcc.",
        ),
    ],
)
def test_action(start: Start, action: str, reply: str) -> None:
    """Each action has its reply."""
    milter = start({"checks": {"visible_recipients": {"action": action}}})
    ending = send(milter, SOCKS, STRANGERS)
    assert (ending.reply, ending.quarantine, lines(milter)[0]["action"]) == (reply, None, action)


def test_observe_mode_holds_nothing(start: Start) -> None:
    """The message is accepted, and the log has the action of normal mode."""
    milter = start({"mode": "observe"})
    assert send(milter, SOCKS, STRANGERS) == Ending("accept")
    assert (lines(milter)[0]["why"], lines(milter)[0]["because"]) == (
        "[visible_recipients:60]",
        "mode observe",
    )


def test_blind_hides_the_recipients(start: Start) -> None:
    """To becomes undisclosed-recipients, Cc is removed, and the message is accepted."""
    milter = start({"checks": {"visible_recipients": {"action": "blind"}}})
    ending = send(milter, letter(STRANGERS[:30], extra=b"Cc: %s\r\n" % b", ".join(STRANGERS[30:])), STRANGERS)
    assert (ending.reply, ending.quarantine) == ("accept", None)
    assert sorted(ending.header_changes) == [("Cc", 1, ""), ("To", 1, " undisclosed-recipients:;")]


def test_mail_that_stays_inside_passes(milter: Holdback) -> None:
    """Sixty strangers are in To, but only colleagues receive the message."""
    assert send(milter, SOCKS, [b"joe@corp.example"]) == Ending("accept")


def test_copies_share_a_case_and_a_full_case_refuses(start: Start) -> None:
    """After `campaigns.copies` further copies are deferred and not recorded."""
    milter = start({"campaigns": {"copies": 2}})
    endings = [send(milter, SOCKS, STRANGERS, f"4A{n}") for n in range(4)]
    (case,) = {ending.quarantine for ending in endings[:2]}
    refused = (
        "451 4.7.1 Not sent yet: copies of this message are held for review by your mail administrator "
        f"(case {case})."
    )
    assert [ending.reply for ending in endings] == ["continue", "continue", refused, refused]


def test_twenty_thousand_addresses(milter: Holdback) -> None:
    """A header with 20,000 addresses and an envelope with as many are read completely."""
    everybody = [b"p%d@shop%d.example" % (n, n) for n in range(20_000)]
    fields = [
        b"To: %s\r\n" % b",\r\n ".join(everybody[start : start + 1000]) for start in range(0, 20_000, 1000)
    ]
    ending = send(milter, letter(everybody[:1], extra=b"".join(fields)), everybody)
    line = lines(milter)[0]
    assert (ending.quarantine, line["people"], line["recipients"]) == (line["case"], 20_000, 20_000)


def test_beyond_the_limit_the_beginning_is_judged(start: Start) -> None:
    """A message over `limits.bytes` is held for the part below it; its full size is logged."""
    milter = start({"limits": {"bytes": 20_000}})
    big = letter(STRANGERS, b"x" * 60 + b"\r\n" + b"All work and no play.\r\n" * 10_000)
    ending = send(milter, big, STRANGERS)
    line = lines(milter)[0]
    assert (ending.quarantine, line["bytes"]) == (line["case"], len(big))
    assert str(line["why"]).split() == ["visible_recipients:60", "unreadable:1"]


def test_a_message_of_the_limit_is_not_over_it(start: Start) -> None:
    """A message of exactly `limits.bytes` has no such finding."""
    raw = letter([b"bob@customer.example"], b"x" * 1000 + b"\r\n")
    milter = start({"limits": {"bytes": len(raw)}})
    send(milter, raw)
    send(milter, raw + b".")
    assert [line["why"] for line in lines(milter)] == ["", "unreadable:1"]


@pytest.mark.parametrize("steps", [ALL_STEPS, ALL_STEPS & ~LEADING_SPACE, 0x7F, 0])
def test_old_mtas(milter: Holdback, steps: int) -> None:
    """An MTA with fewer protocol options gets the same answer."""
    with MilterClient(milter.socket, steps=steps) as mta:
        mta.connect()
        ending = mta.message(SOCKS, brackets(STRANGERS))
    assert (ending.reply, lines(milter)[0]["bytes"]) == ("continue", len(SOCKS))
    assert ending.quarantine


def test_mta_that_cannot_hold(milter: Holdback) -> None:
    """For an MTA without quarantine the message is deferred, never passed."""
    with MilterClient(milter.socket, actions=ALL_ACTIONS & ~QUARANTINE) as mta:
        mta.connect()
        assert mta.message(SOCKS, brackets(STRANGERS)).reply.startswith(("tempfail", "451"))
    with MilterClient(milter.socket, actions=ALL_ACTIONS & ~QUARANTINE) as mta:
        mta.connect()
        assert mta.message(ORDINARY, [b"<bob@customer.example>"]).reply == "accept"


def test_golden_mails_leave_no_address_in_log_and_metrics(milter: Holdback) -> None:
    """Every golden mail gets its action, and none of its addresses is in the daemon's output."""
    expected = []
    for number, golden in enumerate(goldens()):
        with MilterClient(milter.socket) as mta:
            mta.connect()
            envelope = golden.envelope
            recipients = [recipient.encode() for recipient in envelope.recipients]
            raw = golden.raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
            mta.message(raw, brackets(recipients), b"<jane@corp.example>", f"4A{number}")
        expected.append(golden.action)
    assert [line["action"] for line in lines(milter)] == expected
    fields = {"timestamp", "level", "event", *Fields.__annotations__}
    assert {field for line in lines(milter) for field in line} <= fields
    said = (milter.log() + milter.metrics_text()).lower()
    assert [address for golden in goldens() for address in _addresses(golden) if address in said] == []


def _addresses(golden: Golden) -> list[str]:
    """All addresses in the mail and its envelope."""
    words = golden.raw.decode("latin-1").lower().replace("<", " ").replace(">", " ").replace(",", " ").split()
    return [word for word in words if "@" in word.strip("@;:\"'") and "corp.example" not in word]
