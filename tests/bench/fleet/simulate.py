"""Measures one PostgreSQL, and computes from that what fleets of 10, 100 and 1,000 hosts ask of it.

    python tests/bench/fleet/simulate.py                 measure, and print the tables
    python tests/bench/fleet/simulate.py --save          and keep the constants, which the documentation uses
    python tests/bench/fleet/simulate.py --kept          print the tables from the constants kept
    python tests/bench/fleet/simulate.py --messages 1e7 --workers 4 --peak 3

Every field of `arithmetic.Load` is an option.
"""

import argparse
import json
import sys
from dataclasses import asdict, fields
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bench.fleet.arithmetic import Load, Measured, Step
from bench.fleet.report import tables

KEPT = Path(__file__).with_name("measured.json")


def kept() -> Measured:
    """Return the constants that the documentation uses."""
    values = {
        name: Step(**value) if isinstance(value, dict) else tuple(value) if isinstance(value, list) else value
        for name, value in json.loads(KEPT.read_text("utf-8")).items()
    }
    return Measured(**values)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--save", action="store_true", help="keep the constants")
    options.add_argument("--kept", action="store_true", help="do not measure")
    for field in fields(Load):
        options.add_argument(
            f"--{field.name.replace('_', '-')}", type=type(field.default), default=field.default
        )
    chosen = vars(options.parse_args())
    save, use_kept = chosen.pop("save"), chosen.pop("kept")
    if use_kept:
        measured = kept()
    else:
        from bench.fleet.measurement import measure

        measured = measure()
    if save:
        KEPT.write_text(json.dumps(asdict(measured), indent=2) + "\n", "utf-8")
    for name, table in tables(Load(**chosen), measured).items():
        print(f"{name}\n\n{table}\n")


if __name__ == "__main__":
    main()
