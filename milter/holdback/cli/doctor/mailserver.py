"""The mail server's settings, as far as they decide whether its mail passes Holdback."""

from collections.abc import Iterator

from holdback.cli.doctor.diagnosis import Diagnosis, State, failed, ok
from holdback.config import Config, expanding_tables
from holdback.mta.choice import choose
from holdback.mta.interface import Fitness, MtaError

_STATES = dict(zip(Fitness, State, strict=True))
"""Both begin with the best."""


def check_mailserver(config: Config) -> Iterator[Diagnosis]:
    """Yield each setting of the MTA that matters to Holdback, and whether its tables can be asked."""
    mta = choose(config.mta.kind, config.mta.config_dir)
    for setting in mta.diagnose(config.milter.listen, config.milter.inspect_timeout):
        yield Diagnosis(setting.name, _STATES[setting.fitness], setting.text, setting.advice)
    for table in expanding_tables(config):
        try:
            mta.look_up(table, ["postmaster"])
        except MtaError as error:
            advice = "Check roles.expanding. Until the table can be read, all internal mail is inspected."
            yield failed("roles.expanding", f"{table}: {error}", advice)
        else:
            yield ok("roles.expanding", f"{table} can be read")
