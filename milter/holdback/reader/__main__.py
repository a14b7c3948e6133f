"""The program that the daemon starts as its confined reader: gets ready, gives everything up, then reads.

python -I -m holdback.reader MEMORY     on a socket as standard input; by hand there is no use for it
"""

import os
import signal
import sys
from dataclasses import asdict
from typing import NoReturn

from holdback.reader.wire import Gone, Tag, Wire


def main(memory: int) -> NoReturn:
    """Serve on standard input until the daemon hangs up."""
    # Meant for the daemon, which will hang up when it is done: systemd and terminals signal everybody.
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    wire = Wire(lambda view: os.readv(0, [view]), lambda view: os.write(0, view))
    code = 0
    try:
        _serve(wire, memory)
    except MemoryError:
        os.abort()
    except Gone:
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
