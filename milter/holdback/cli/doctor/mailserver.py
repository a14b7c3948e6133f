"""The mail server's settings, as far as they decide whether its mail passes Holdback."""

from collections.abc import Iterator
from contextlib import suppress

from holdback.cli.doctor.diagnosis import Diagnosis, State, failed, ok, warning
from holdback.config import Config, expanding_tables
from holdback.mta.choice import choose
from holdback.mta.interface import Fitness, Mta, MtaError

_STATES = dict(zip(Fitness, State, strict=True))
"""Both begin with the best."""


def check_mailserver(config: Config) -> Iterator[Diagnosis]:
    """Yield each setting of the MTA that matters to Holdback, and whether its tables can be asked."""
    mta = choose(config.mta)
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
    # Without the MTA's programs that is what the settings above say.
    with suppress(MtaError):
        yield _check_other_holders(config, mta)


def _check_other_holders(config: Config, mta: Mta) -> Diagnosis:
    """Who else may put arriving mail on hold: what is held during an outage then waits for a person."""
    name = "other holds"
    others = [one for one in mta.other_holders(config.milter.listen) if one not in config.holds.never_hold]
    if not others:
        return ok(name, "nothing but Holdback puts arriving mail on hold")
    text = f"{', '.join(others)} could put mail on hold, too: mail held during an outage is not released"
    return warning(name, text, "If they never do, list them in holds.never_hold.")
