"""The program of the confined reader: loads its openers, confines itself, then opens documents.

python -I -m holdback.reader MEMORY     started by the daemon, with a socket as standard input
"""

import os
import signal
import sys
from dataclasses import asdict
from typing import NoReturn

from holdback.reader.wire import ConnectionClosed, Tag, Wire


def main(memory: int) -> NoReturn:
    """Serve on standard input until the daemon closes the connection."""
    # The daemon decides when a reader ends; systemd and terminals send these to the whole process group.
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    wire = Wire(lambda view: os.readv(0, [view]), lambda view: os.write(0, view))
    code = 0
    try:
        _serve(wire, memory)
    except MemoryError:
        os.abort()
    except ConnectionClosed:
        pass
    except OSError:
        code = 1
    os._exit(code)


def _serve(wire: Wire, memory: int) -> None:
    try:
        from holdback.reader.child import serve, warm_up
        from holdback.reader.confinement import confine

        warm_up()
    except Exception as error:
        return wire.send(Tag.FAILED, {"error": f"{type(error).__name__}: {error}"[:1000]})
    wire.send(Tag.HELLO, asdict(confine(memory)))
    return serve(wire, memory)


if __name__ == "__main__":
    main(int(sys.argv[1]))
