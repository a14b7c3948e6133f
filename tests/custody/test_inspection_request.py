"""Requests to inspect a queued message are recognised only if this installation made them."""

import pytest
from holdback.custody.inspection_request import (
    Inspected,
    Purpose,
    Request,
    answers,
    client_name,
    reply_line,
    verify,
)

KEY = bytes(32)
REQUEST = Request(Purpose.ORPHAN, "4jf5956Kp3zJHS2", 1796140585.25, 7)
NAME = client_name(KEY, REQUEST)


def test_a_request_is_recognised() -> None:
    """Every field arrives."""
    assert verify(KEY, NAME) == REQUEST


@pytest.mark.parametrize(
    "name",
    [
        "",
        "holdback-inspect;",
        "holdback-inspect;orphan;4A;1.0;0;" + "0" * 64,
        NAME.replace("orphan", "preview"),
        NAME.replace("4jf5956Kp3zJHS2", "4jf5956Kp3zJHS3"),
        NAME[:-1],
        NAME + "0",
        NAME.replace("holdback", "h\u00f6ldback"),
        client_name(bytes([1]) * 32, REQUEST),
    ],
)
def test_a_forged_request(name: str) -> None:
    """Any change breaks the seal, and so does another key."""
    assert verify(KEY, name) is None


def test_the_reply_is_one_short_line() -> None:
    """It fits into an SMTP reply whatever was found."""
    line = reply_line(Inspected("hold", "K7Q2-9F", "customer_data:40 " * 1000))
    assert (len(line) < 700, "\n" in line, "%" in line) == (True, False, False)


@pytest.mark.parametrize("listen", ["unix:/nonexistent/socket", "inet:1@127.0.0.1"])
def test_nobody_answers(listen: str) -> None:
    """A milter that is not there does not answer."""
    assert not answers(listen, 5.0)
