"""Known failures of libmilter and pymilter, triggered over the protocol in the real daemon."""

import threading
from collections.abc import Callable

import pytest
from rig.daemonlog import lines
from rig.holdback import Holdback
from rig.letters import ORDINARY, SOCKS, STRANGERS, letter
from rig.milterclient import Ending, MilterClient

Start = Callable[..., Holdback]

BOB = [b"<bob@customer.example>"]
EVERYBODY = [b"<%s>" % stranger for stranger in STRANGERS]


def test_helo_in_another_charset(milter: Holdback) -> None:
    """pymilter cannot decode it; the daemon does not ask for HELO, even if the MTA sends it."""
    with MilterClient(milter.socket) as mta:
        mta.connect()
        assert mta.helo(b"b\xfcro.corp.example") == "continue"
        assert mta.message(SOCKS, EVERYBODY).quarantine
        assert mta.message(ORDINARY, BOB).reply == "accept"


def test_header_name_that_pymilter_cannot_decode(milter: Holdback) -> None:
    """pymilter fails in a callback without a reply, and `on_error` holds the message."""
    with MilterClient(milter.socket) as mta:
        mta.connect()
        mta.begin(b"<ann@corp.example>", BOB, "4A")
        mta.header(b"X-B\xfcro", b"1")
        mta.content(ORDINARY)
        held = mta.end("4A")
        assert held == Ending("continue", lines(milter)[0]["case"])
        assert mta.message(ORDINARY, BOB) == Ending("accept")
    assert milter.metrics()['holdback_errors_total{stage="session"}'] > 0


@pytest.mark.parametrize(
    ("on_error", "reply", "held"),
    [
        ("hold", "continue", True),
        ("tempfail", "451 4.3.0 This message could not be checked. Please try again later.", False),
        ("pass", "accept", False),
    ],
)
def test_client_name_that_pymilter_cannot_decode(start: Start, on_error: str, reply: str, held: bool) -> None:
    """Without the client's name `on_error` applies to every message of the connection."""
    milter = start({"milter": {"on_error": on_error}})
    with MilterClient(milter.socket) as mta:
        mta.connect(name=b"b\xfcro.corp.example")
        for _ in range(2):
            ending = mta.message(ORDINARY, BOB)
            assert ending.reply == reply
            assert bool(ending.quarantine) is held


@pytest.mark.parametrize("callback", ["connect", "envfrom", "envrcpt", "header", "body"])
def test_fault_in_a_callback(start: Start, callback: str) -> None:
    """After an exception in any callback the message is held, and its text is not quoted."""
    milter = start({}, f"callback_fails={callback}")
    with MilterClient(milter.socket) as mta:
        mta.connect()
        ending = mta.message(ORDINARY, BOB)
    assert ending == Ending("continue", lines(milter)[0]["case"])
    assert "deliberate" not in milter.log()


@pytest.mark.parametrize(
    ("fault", "on_error", "reply"),
    [
        ("gather_fails", "hold", "continue"),
        ("judge_fails", "hold", "continue"),
        ("follow_fails", "hold", "continue"),
        ("gather_fails", "tempfail", "451 4.3.0"),
        ("gather_fails", "pass", "accept"),
    ],
)
def test_fault_at_end_of_message(start: Start, fault: str, on_error: str, reply: str) -> None:
    """After an exception in the inspection `on_error` applies, and a held message has a case."""
    milter = start({"milter": {"on_error": on_error}}, fault)
    with MilterClient(milter.socket) as mta:
        mta.connect()
        ending = mta.message(ORDINARY, BOB)
    assert ending.reply.startswith(reply)
    assert (ending.quarantine or "") == lines(milter)[0]["case"]


def test_fault_while_a_fault_is_answered(start: Start) -> None:
    """After a second exception the message is deferred without a text."""
    milter = start({}, "gather_fails", "fingerprints_fail")
    with MilterClient(milter.socket) as mta:
        mta.connect()
        assert mta.message(ORDINARY, BOB) == Ending("tempfail")


def test_macro_in_another_charset(start: Start) -> None:
    """A login that is not UTF-8 does not fail the message; rules get its decodable part."""
    rule = {"logins": ["j*rgen"], "action": "pass"}
    milter = start({"rules": [rule]})
    with MilterClient(milter.socket) as mta:
        mta.connect()
        assert mta.message(SOCKS, EVERYBODY, auth_authen=b"j\xfcrgen") == Ending("accept")
        assert mta.message(SOCKS, EVERYBODY, auth_authen=b"h\xfcrgen").quarantine


def test_two_messages_on_one_connection(milter: Holdback) -> None:
    """Recipients, header and verdict of a message do not affect the next one."""
    with MilterClient(milter.socket) as mta:
        mta.connect()
        endings = [
            mta.message(raw, recipients, queue_id=f"4A{number}")
            for number, (raw, recipients) in enumerate(
                [(SOCKS, EVERYBODY), (ORDINARY, BOB), (SOCKS, EVERYBODY)]
            )
        ]
    assert [bool(ending.quarantine) for ending in endings] == [True, False, True]
    assert [(line["queue_id"], line["bytes"], line["recipients"]) for line in lines(milter)] == [
        ("4A0", len(SOCKS), 60),
        ("4A1", len(ORDINARY), 1),
        ("4A2", len(SOCKS), 60),
    ]


def test_new_message_without_abort(milter: Holdback) -> None:
    """MAIL begins a new message even without an abort of the one before."""
    with MilterClient(milter.socket) as mta:
        mta.connect()
        mta.begin(b"<ann@corp.example>", EVERYBODY, "4A0")
        mta.content(SOCKS)
        assert mta.message(ORDINARY, BOB) == Ending("accept")
    assert [line["recipients"] for line in lines(milter)] == [1]


def test_abort_in_mid_body(milter: Holdback) -> None:
    """After RSET the collected content is discarded, and the next message is inspected alone."""
    with MilterClient(milter.socket) as mta:
        mta.connect()
        mta.begin(b"<ann@corp.example>", EVERYBODY, "4A0")
        mta.content(SOCKS)
        mta.abort()
        assert mta.message(ORDINARY, BOB) == Ending("accept")
        mta.begin(b"<ann@corp.example>", BOB, "4A1")
        mta.content(ORDINARY)
        mta.abort()
        assert mta.message(SOCKS, EVERYBODY).quarantine
    assert [line["bytes"] for line in lines(milter)] == [len(ORDINARY), len(SOCKS)]


def test_connection_lost_in_mid_body(milter: Holdback) -> None:
    """No verdict is logged, and the next connection works."""
    with MilterClient(milter.socket) as mta:
        mta.connect()
        mta.begin(b"<ann@corp.example>", EVERYBODY, "4A0")
        mta.content(SOCKS)
    with MilterClient(milter.socket) as mta:
        mta.connect()
        assert mta.message(ORDINARY, BOB) == Ending("accept")
    assert len(lines(milter)) == 1


@pytest.mark.parametrize(
    ("sender", "recipient"),
    [
        (b"<ann@corp.example>", b"<bob@customer.example>"),
        (b"ann@corp.example", b"bob@customer.example"),
        (b"<>", b"<bob@customer.example>"),
        (b"<\xfc\xff@corp.example>", b"<b\xfcb@customer.example>"),
        (b"<@relay.example:ann@corp.example>", b"<bob@customer.example>"),
        (b"<" + b"a" * 5000 + b"@corp.example>", b"<" + b"b" * 5000 + b"@customer.example>"),
    ],
)
def test_envelope_addresses_of_all_kinds(milter: Holdback, sender: bytes, recipient: bytes) -> None:
    """Over SMTP, from pickup, empty, 8-bit, with a route, huge: the message is inspected."""
    with MilterClient(milter.socket) as mta:
        mta.connect()
        assert mta.message(ORDINARY, [recipient], sender) == Ending("accept")
        assert mta.message(SOCKS, [recipient], sender).quarantine
    assert [line["recipients"] for line in lines(milter)] == [1, 1]


@pytest.mark.parametrize(
    "raw",
    [
        b"\r\n",
        b"\r\nno header at all\r\n",
        letter([b"bob@customer.example"], b""),
        letter([b"bob@customer.example"], b"\0" * 70_000),
        letter([b"bob@customer.example"], b"no line end " * 20_000),
        letter([b"bob@customer.example"], extra=b"X: \r\n" * 20_000),
        letter([b"bob@customer.example"], extra=b"Subject: \xff\xfe\0\r\n"),
    ],
)
def test_odd_messages(milter: Holdback, raw: bytes) -> None:
    """Empty, without header, NULs, endless lines, 20,000 fields: an answer, and no error counted."""
    with MilterClient(milter.socket) as mta:
        mta.connect()
        assert mta.message(raw, BOB) == Ending("accept")
    assert [line for line in lines(milter, "error") if line["stage"] == "session"] == []


def test_inspect_timeout(start: Start) -> None:
    """An inspection over the time limit ends by `on_error`, and counts as a timeout."""
    milter = start({"milter": {"inspect_timeout": 3}}, "gather_never_ends")
    with MilterClient(milter.socket) as mta:
        mta.connect()
        ending = mta.message(ORDINARY, BOB)
    assert ending == Ending("continue", lines(milter)[0]["case"])
    assert ending.progress >= 1
    assert milter.metrics()['holdback_errors_total{stage="timeout"}'] == 1


def test_fifty_connections_at_once(milter: Holdback) -> None:
    """Every message gets its own answer, and no connection stays open."""
    wrong: list[Ending] = []

    def converse(number: int) -> None:
        with MilterClient(milter.socket) as mta:
            mta.connect()
            for turn in range(6):
                bad = (number + turn) % 2 == 0
                ending = mta.message(
                    SOCKS if bad else ORDINARY, EVERYBODY if bad else BOB, queue_id=f"4{number}A{turn}"
                )
                if bool(ending.quarantine or ending.reply.startswith("451")) is not bad:
                    wrong.append(ending)
            mta.quit()

    threads = [threading.Thread(target=converse, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert len(lines(milter)) == 300
