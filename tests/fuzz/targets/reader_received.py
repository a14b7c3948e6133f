"""Bytes of a reader are pieces of a document, or a reason to end it; never more than there is room for."""

import io
import string

from holdback.documents.budget import Budget
from holdback.documents.document import Table, Text
from holdback.documents.fault import Fault
from holdback.mail import Limits, Part
from holdback.reader.pieces import receive_piece, size_of
from holdback.reader.wire import LONGEST_HEAD, ConnectionClosed, Malformed, Tag, Wire

SEEDS = "reader"
ROOM = 4_096
CONTROLS = {*map(chr, range(32)), "\x7f"}
FAULT = set(f"{string.ascii_letters}{string.digits}_.: ")
PART = Part("1", b"PK", name="outer.zip")


def check(data: bytes) -> None:
    """What comes out is clean and within the room; all else is Malformed or ConnectionClosed."""
    wire, budget = Wire(io.BytesIO(data).readinto, len), Budget(Limits(), lambda: True)
    budget.room = ROOM
    try:
        while (frame := wire.receive(LONGEST_HEAD)).tag is not Tag.END:
            piece = receive_piece(wire, frame, PART, budget)
            # A string takes up to 128 bytes besides its characters.
            assert size_of(piece) <= ROOM + 128
            if isinstance(piece, Part):
                assert piece.path == f"1!{piece.name}"
                assert len(piece.name) <= 200
                assert CONTROLS.isdisjoint(piece.name + piece.declared + piece.charset)
            if isinstance(piece, Fault):
                assert len(str(piece)) <= 150
                assert set(str(piece)) <= FAULT
            if isinstance(piece, Text | Table):
                assert len(piece.where) <= 200
                assert CONTROLS.isdisjoint(piece.where)
            if isinstance(piece, Table):
                for row in piece.rows:
                    "".join(row).encode()
        for name in ("bytes_left", "cells_left", "pages_left"):
            assert frame.number(name) >= 0
    except (Malformed, ConnectionClosed):
        pass
