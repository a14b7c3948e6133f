"""The MTA that the configuration names."""

from collections.abc import Callable, Mapping
from pathlib import Path

from holdback.mta.interface import Mta
from holdback.mta.postfix import Postfix

_KINDS: Mapping[str, Callable[[Path], Mta]] = {"postfix": Postfix}


def choose(kind: str, config_dir: Path) -> Mta:
    """Return the MTA of this kind (`mta.kind`) whose configuration is in `config_dir` (`mta.config_dir`)."""
    return _KINDS[kind](config_dir)
