"""A reader that has been taken over: says, byte for byte, what the document asks for.

A document is `HOW|BYTES`: `once`, `for ever`, `last` (then it hangs up and stays), or `never`.
"""

import contextlib
import os
import time

from holdback.reader.wire import Gone, Tag, Wire

HELLO = {
    "kernel": "6",
    "limits": True,
    "no_new_privileges": True,
    "seccomp": True,
    "landlock": 1,
    "trouble": [],
}


def say(data: memoryview) -> int:
    return os.write(0, data)


def main() -> None:
    wire = Wire(lambda view: os.readv(0, [view]), say)
    wire.send(Tag.HELLO, HELLO)
    while True:
        how, _, words = wire.data(wire.receive().size).partition(b"|")
        if how != b"never":
            wire.send(Tag.TAKEN, {})
        repeat = how == b"for ever"
        while words:
            say(memoryview(words))
            words = words if repeat else b""
        if how == b"last":
            os.close(0)
            os.close(1)
            time.sleep(600)


if __name__ == "__main__":
    with contextlib.suppress(Gone, OSError):
        main()
