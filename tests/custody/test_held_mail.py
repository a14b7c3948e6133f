"""The agent's socket: what it hands out, and to which requests."""

import socket
import threading
from collections.abc import Iterator

import pytest
from custody.world import World
from holdback.cases.model import HoldState
from holdback.config import load
from holdback.custody.held_mail import answer_reader, read_held
from holdback.custody.host import open_host
from holdback.mta.interface import MtaError
from rig.holdback import Holdback
from rig.postfix import PrivatePostfix
from rig.sink import Sink

pytestmark = pytest.mark.postfix
REFUSED = b"error queue: no such held message\n"


def ask(world: World, request: bytes) -> bytes:
    """Return the agent's whole answer to a request, of which it reads no more than it wants."""
    client, server = socket.socketpair()
    with client:
        threading.Thread(target=client.sendall, args=(request,), daemon=True).start()
        with server:
            answer_reader(world.host, server)
        answer = b""
        client.settimeout(60)
        try:
            while chunk := client.recv(100_000):
                answer += chunk
        except ConnectionResetError:
            # It closed the connection with some of a long request unread.
            pass
    return answer


def test_a_held_message(world: World) -> None:
    """Its source, or its header alone."""
    mail = world.send()
    status, _, content = ask(world, f"message {mail.hold.queue_id}\n".encode()).partition(b"\n")
    assert (status, b"Subject: offer" in content) == (b"ok %d" % len(content), True)
    assert content.endswith(b"\nlast line \xe4\n")
    status, _, header = ask(world, f"header {mail.hold.queue_id}\n".encode()).partition(b"\n")
    assert (status, b"last line" in header) == (b"ok %d" % len(header), False)
    assert content.startswith(header.rstrip(b"\n"))


@pytest.mark.parametrize(
    "request_",
    [
        b"\n",
        b"message",
        b"message %s",
        b"Message %s\n",
        b"delete %s\n",
        b"message \n",
        b"message ALL\n",
        b"message -\n",
        b"message ../%s\n",
        b"message %s %s\n",
        b"message  %s\n",
        b"message %s\0\n",
        b"message \xff\xfe\n",
        b"message \n%s\n",
        b"message " + b"A" * 10_000 + b"\n",
    ],
)
def test_what_is_no_request(world: World, request_: bytes) -> None:
    """It gets an error, and nothing of the message."""
    queue_id = world.send().hold.queue_id.encode()
    answer = ask(world, request_.replace(b"%s", queue_id))
    assert answer in (REFUSED, b"error holdback agent: no request\n")


def test_mail_that_is_not_both_on_record_and_on_hold(world: World) -> None:
    """It is refused, to root as well."""
    decided, gone = world.send(), world.send()
    world.sql("UPDATE holds SET state = ? WHERE id = ?", str(HoldState.RELEASED), decided.hold.id)
    world.postfix.delete(gone.hold.queue_id)
    for mail in (decided, gone):
        assert ask(world, f"message {mail.hold.queue_id}\n".encode()) == REFUSED
        with pytest.raises(MtaError, match="no such held message"):
            read_held(world.host.mta, world.host.state_dir, mail.now)


@pytest.fixture
def short_ids() -> Iterator[World]:
    """A Postfix that uses queue ids again, as is its default."""
    with (
        Sink() as sink,
        PrivatePostfix(relay=sink.port, settings={"enable_long_queue_ids": "no"}) as postfix,
        Holdback(postfix) as holdback,
        open_host(load(holdback.config_file)) as host,
    ):
        yield World(sink, postfix, holdback, host)


def test_another_message_with_the_same_queue_id(short_ids: World) -> None:
    """It is not read, although that id is on record, and the message is on hold."""
    mail = short_ids.send()
    request = f"message {mail.hold.queue_id}\n".encode()
    assert ask(short_ids, request).startswith(b"ok ")
    short_ids.sql("UPDATE holds SET arrived = arrived - 600 WHERE id = ?", mail.hold.id)
    assert ask(short_ids, request) == REFUSED
