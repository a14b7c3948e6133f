"""Run `holdback` with faults: `python -m rig.launch [FAULT[=VALUE] …] -- COMMAND [WORD …]`.

The faults are those of `rig.faults`; COMMAND is a command of `holdback`.
"""

import sys
from collections.abc import Sequence

from rig.faults import FAULTS


def build_in(word: str) -> None:
    """Build in the fault named `word`. Raises KeyError, or AttributeError if it does not fit the code."""
    name, separator, value = word.partition("=")
    FAULTS[name](*([value] if separator else []))


def main(words: Sequence[str]) -> None:
    end = words.index("--")
    for word in words[:end]:
        build_in(word)
    from holdback.cli.main import main as holdback

    sys.argv = ["holdback", *words[end + 1 :]]
    holdback()


if __name__ == "__main__":
    main(sys.argv[1:])
