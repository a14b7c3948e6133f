"""Report the state of the service to systemd (sd_notify(3)), if systemd asks for it."""

import contextlib
import os
import socket
import time


def notify(state: str) -> None:
    """Send `READY=1`, `RELOADING=1`, `STOPPING=1` or `WATCHDOG=1`; nothing happens outside systemd.

    `WATCHDOG=1` is sent only if systemd asks for it (`WatchdogSec`).
    """
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address or (state == "WATCHDOG=1" and "WATCHDOG_USEC" not in os.environ):
        return
    if state == "RELOADING=1":
        state += f"\nMONOTONIC_USEC={time.monotonic_ns() // 1000}"
    # If systemd no longer listens, the milter continues.
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.connect(address.replace("@", "\0", 1) if address.startswith("@") else address)
        systemd.sendall(state.encode())
