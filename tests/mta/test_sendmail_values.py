"""Sendmail's control files, configuration and log are parsed."""

import pytest
from holdback.mta.interface import Delivery, MtaError, Setting
from holdback.mta.sendmail_log import deliveries_in
from holdback.mta.sendmail_queue_file import Recipient, control_file, reason_of
from holdback.mta.sendmail_settings import examine, seconds, settings_in
from hypothesis import given
from hypothesis import strategies as st

ID, PART = "6B1AZecQ013618", "6B1AZecR013618"
CONTROL = """V8
T1796163485
K0
N0
P510307
qTEST-00 6B1AZecQ013618
{more}F8bs
$_client.example [192.0.2.7] (may be forged)
$rESMTP
S<ann@corp.example>
{recipients}H?P?Return-Path: <g>
H??Received: from client.example (client.example [192.0.2.7])
\tby mail.corp.example (8.17.1.9/8.17.1.9) with ESMTP id 6B1AZecQ013618;
H?F?From: ann@corp.example
H??To: bob@shop.example,
        eve@shop.example
.
"""


def written(more: str = "", recipients: str = "RPFD:<bob@shop.example>\n") -> bytes:
    return CONTROL.format(more=more, recipients=recipients).encode()


def test_a_control_file() -> None:
    """Envelope and header; the Return-Path is that of a mailer."""
    found = control_file(written())
    assert (found.created, found.sender, found.client) == (1796163485.0, "ann@corp.example", "192.0.2.7")
    assert (found.reason, found.milter_id) == (f"TEST-00 {ID}", ID)
    assert found.recipients == (Recipient("bob@shop.example", ()),)
    assert found.header.startswith(b"Received: from client.example")
    assert found.header.endswith(b"From: ann@corp.example\nTo: bob@shop.example,\n        eve@shop.example\n")


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("RPFD:<bob@shop.example>\n", [("bob@shop.example", ())]),
        ("RPN:<bob@shop.example>\n", [("bob@shop.example", ("NOTIFY=NEVER",))]),
        ("RPNSFD:bob@shop.example\n", [("bob@shop.example", ("NOTIFY=SUCCESS,FAILURE,DELAY",))]),
        (
            'Qrfc822;b+20c@x.example\nRPFD:<"b c"@x.example>\nRPFD:<eve@y.example>\n',
            [('"b c"@x.example', ("ORCPT=rfc822;b+20c@x.example",)), ("eve@y.example", ())],
        ),
        ("", []),
    ],
)
def test_recipients(lines: str, expected: list[tuple[str, tuple[str, ...]]]) -> None:
    """Address and options of RFC 3461, each of its own recipient."""
    found = control_file(written(recipients=lines)).recipients
    assert [(one.address, one.options) for one in found] == expected


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("", ()),
        ("B8BITMIME\n", ("BODY=8BITMIME",)),
        ("Fdn\n", ("RET=HDRS",)),
        ("Fd\n", ("RET=FULL",)),
        ("B7BIT\nZorder-7\nFd8n\n", ("BODY=7BIT", "RET=HDRS", "ENVID=order-7")),
    ],
)
def test_options_of_the_message(more: str, expected: tuple[str, ...]) -> None:
    """Those that the client gave."""
    assert control_file(written(more)).options == expected


@pytest.mark.parametrize(
    ("line", "client"),
    [
        ("$_localhost [127.0.0.1]", "127.0.0.1"),
        ("$_x [IPv6:2001:db8::1]", "2001:db8::1"),
        ("$_root@localhost", ""),
        ("$_", ""),
    ],
)
def test_clients(line: str, client: str) -> None:
    """The address in brackets; a local program has none."""
    content = written().replace(b"$_client.example [192.0.2.7] (may be forged)", line.encode())
    assert control_file(content).client == client


@pytest.mark.parametrize("sender", ["<>", "MAILER-DAEMON", "<MAILER-DAEMON>"])
def test_a_bounce(sender: str) -> None:
    """It has no sender."""
    assert control_file(written().replace(b"<ann@corp.example>", sender.encode(), 1)).sender == ""


def test_escaped_bytes() -> None:
    """Sendmail writes 0xff before bytes that it uses itself."""
    content = written().replace(b"ann@corp.example\nH??To", b"\xff\x80\xc3\xa9\xff\xff@corp.example\nH??To")
    assert b"From: \x80\xc3\xa9\xff@corp.example\n" in control_file(content).header


@given(st.binary(max_size=2000), st.sampled_from([b"", b"V8\n", written()[:200]]), st.booleans())
def test_hostile_control_files(content: bytes, before: bytes, ends: bool) -> None:
    """Any content: a value, or MtaError or ValueError for one that is damaged."""
    try:
        found = control_file(before + content + (b"\n.\n" if ends else b""))
    except (MtaError, ValueError):
        return
    assert found.milter_id == "" or found.milter_id.isalnum()


def test_reasons() -> None:
    """The case and the queue id; a message without a record has no case."""
    assert (reason_of("K7Q2-9F", ID), reason_of("", ID)) == (f"K7Q2-9F {ID}", f"held {ID}")


SOCKET = "unix:/run/holdback/milter.sock"
CF = """O QueueDirectory=/var/spool/mqueue
O InputMailFilters=other, holdback
Xother, S=inet:8891@localhost, F=, T=R:2m
Xholdback, S=unix:/run/holdback/milter.sock, {fields}
"""
GOOD = "F=T, T=C:10s;S:30s;R:2m;E:5m"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (CF.format(fields=GOOD), {"InputMailFilters": "good"}),
        (CF.format(fields="F=4, T=E:1h30m"), {"InputMailFilters": "good"}),
        (CF.format(fields="F=T"), {"InputMailFilters": "good"}),
        (CF.format(fields="F=R, T=E:5m"), {"InputMailFilters": "weak"}),
        (CF.format(fields="T=E:5m"), {"InputMailFilters": "wrong"}),
        (CF.format(fields="F=T, T=E:20s"), {"InputMailFilters": "wrong"}),
        (CF.format(fields=GOOD).replace(", holdback", ""), {"InputMailFilters": "wrong"}),
        (CF.format(fields=GOOD).replace("/run/", "/other/"), {"InputMailFilters": "wrong"}),
        ("", {"InputMailFilters": "wrong"}),
        (
            CF.format(fields=GOOD) + "O MaxHeadersLength=100000\n",
            {"InputMailFilters": "good", "MaxHeadersLength": "wrong"},
        ),
        (CF.format(fields=GOOD) + "O MaxHeadersLength=60000\n", {"InputMailFilters": "good"}),
        (
            CF.format(fields=GOOD) + "O MaxHeadersLength=0\n",
            {"InputMailFilters": "good", "MaxHeadersLength": "wrong"},
        ),
    ],
)
def test_does_mail_pass_the_milter(text: str, expected: dict[str, str]) -> None:
    """What fails open is wrong, what rejects for good is weak."""
    found: list[Setting] = list(examine(settings_in(text), SOCKET, 30))
    assert {one.name: str(one.fitness) for one in found} == expected
    assert all(one.advice for one in found if one.fitness != "good")


@pytest.mark.parametrize(
    ("socket", "listen", "same"),
    [
        ("/run/holdback/milter.sock", SOCKET, True),
        ("local:/run/holdback/milter.sock", SOCKET, True),
        ("inet:8899@127.0.0.1", "inet:8899@127.0.0.1", True),
        ("inet:8899@localhost", "inet:8899@127.0.0.1", True),
        ("inet6:8899@::1", "inet6:8899@::1", True),
        ("inet:8891@localhost", "inet:8899@127.0.0.1", False),
        (SOCKET, "inet:8899@127.0.0.1", False),
        ("unix:/given/by/systemd", "fd:3", True),
    ],
)
def test_which_filter_is_ours(socket: str, listen: str, same: bool) -> None:
    """By its socket, in each syntax of sendmail.cf."""
    text = CF.format(fields=GOOD).replace(SOCKET, socket).replace("other, ", "")
    (found,) = examine(settings_in(text), listen, 30)
    assert (found.fitness == "good") == same


@pytest.mark.parametrize(
    ("written", "unit", "expected"),
    [("5d", "d", 432_000), ("5", "d", 432_000), ("1h30m", "d", 5_400), ("20s", "s", 20), ("", "s", 0)],
)
def test_times(written: str, unit: str, expected: float) -> None:
    """As in sendmail.cf; a number alone has the unit of its option."""
    assert seconds(written, unit) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 5 * 86_400),
        ("O Timeout.queuereturn=4d\n", 4 * 86_400),
        ("O Timeout.queuereturn=5d\nO Timeout.queuereturn.urgent=2d\n", 2 * 86_400),
    ],
)
def test_the_lifetime(text: str, expected: float) -> None:
    """The shortest one counts."""
    assert settings_in(text).lifetime() == expected


def log(queue_id: str, text: str) -> bytes:
    return f"Dec  1 22:49:50 mail sendmail[9747]: {queue_id}: {text}".encode()


def to(addresses: str, status: str) -> str:
    ends = "xdelay=00:00:00, mailer=relay, pri=1, relay=[192.0.2.1], dsn=2.0.0"
    return f"to={addresses}, delay=00:00:02, {ends}, stat={status}"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([], None),
        ([log(ID, to("<a@x.example>", "Sent (ok)"))], None),
        ([log(ID, "unquarantine")], Delivery(0, 0)),
        (
            [log(ID, "unquarantine"), log(ID, to("<a@x.example>,<b@x.example>, [more]", "Sent (ok)"))],
            Delivery(2, 0),
        ),
        (
            [
                log(ID, "unquarantine"),
                log(ID, to("<a@x.example>", "Deferred: Connection refused")),
                log(ID, to("<a@x.example>", "Sent (stat=User unknown)")),
                log(ID, to("<b@x.example>", "User unknown")),
                log(ID, to("<c@x.example>", "Deferred")),
            ],
            Delivery(1, 1),
        ),
        (
            [
                log(ID, f"split: maxrcpts=1, rcpts=2, count=1, ids={PART}"),
                log(PART, "unquarantine"),
                log(ID, "unquarantine"),
                log(PART, to("<b@x.example>", "Sent (ok)")),
                log(ID, to("<a@x.example>", "Sent (ok)")),
                log("6B1AZecS013618", to("<c@x.example>", "Sent (ok)")),
            ],
            Delivery(2, 0),
        ),
        ([b"\xff\x00", b"sendmail[1]: 6B1AZecQ013618: to=<", log(ID, "unquarantine")], Delivery(0, 0)),
    ],
)
def test_lines_of_the_log(lines: list[bytes], expected: Delivery | None) -> None:
    """Each recipient by its latest attempt since the release, of all parts; nothing without the release."""
    assert deliveries_in(lines, [ID]).get(ID) == expected
