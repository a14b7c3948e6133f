"""docs/how-to/data-subject.md explains outcomes that `holdback trace` prints."""

import re
from pathlib import Path

from holdback.cli import outcome

PAGE = (Path(__file__).parents[2] / "docs/how-to/data-subject.md").read_text("utf-8")
PRINTED = {*outcome.ACTIONS_IN_WORDS.values(), *outcome.HOLDS_IN_WORDS.values()}


def test_every_outcome_on_the_page_is_printed() -> None:
    """Those of the table, without case and operator."""
    cells = re.findall(r"^\| (`[^|]+`) \|", PAGE, re.M)
    outcomes = [text for cell in cells for text in re.findall(r"`([^`]+)`", cell) if "shown in" not in text]
    plain = {text.removeprefix("held, case …, ").replace(" by jane", "{by}") for text in outcomes}
    assert len(plain) > 5
    assert plain - PRINTED == set()
