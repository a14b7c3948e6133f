"""A compromised reader: writes the bytes that the document contains.

A document is `HOW|BYTES`: `once`, `for ever`, `last` (then it hangs up and stays), or `never`.
It speaks without our modules: as an attacker would, and so that it starts at once.
"""

import json
import os
import struct
import time

FRAME = struct.Struct("!cIQ")
HELLO = {
    "kernel": "6",
    "limits": True,
    "no_new_privileges": True,
    "seccomp": True,
    "landlock": 1,
    "trouble": [],
}


def frame(tag: bytes, head: dict[str, object]) -> bytes:
    written = json.dumps(head).encode()
    return FRAME.pack(tag, len(written), 0) + written


def say(data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(0, left) :]


def heard(size: int) -> bytes:
    data = b""
    while len(data) < size:
        more = os.read(0, size - len(data))
        if not more:
            os._exit(0)
        data += more
    return data


def main() -> None:
    say(frame(b"H", HELLO))
    while True:
        _, head, body = FRAME.unpack(heard(FRAME.size))
        how, _, words = heard(head + body)[head:].partition(b"|")
        if how != b"never":
            say(frame(b"K", {}))
        repeat = how == b"for ever"
        while words:
            say(words)
            words = words if repeat else b""
        if how == b"last":
            os.close(0)
            os.close(1)
            time.sleep(600)


if __name__ == "__main__":
    try:
        main()
    except OSError:
        os._exit(0)
