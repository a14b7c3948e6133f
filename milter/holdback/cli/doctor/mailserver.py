"""The mail server's settings, as far as they decide whether its mail passes Holdback."""

from collections.abc import Iterator

from holdback.cli.doctor.diagnosis import Diagnosis, State
from holdback.config import Config
from holdback.mta.choice import choose
from holdback.mta.interface import Fitness

_STATES = dict(zip(Fitness, State, strict=True))
"""Both begin with the best."""


def check_mailserver(config: Config) -> Iterator[Diagnosis]:
    """Yield each setting of the MTA that matters to Holdback."""
    mta = choose(config.mta.kind, config.mta.config_dir)
    for setting in mta.diagnose(config.milter.listen, config.milter.inspect_timeout):
        yield Diagnosis(setting.name, _STATES[setting.fitness], setting.text, setting.advice)
