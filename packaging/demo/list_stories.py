"""Incidents 1 and 2: a stolen customer list, a bought list, and what the operator can find out afterwards."""

import shlex
from collections import Counter

from lists import STRANGERS, bought, export, handful, newsletter, own_letter, spam
from messages import AIRLINE, Person, passenger_csv, passengers, people, provider_csv
from rich.table import Table
from scene import Scene, Sent

STYLE = "passengers.csv"
LIST, RECEIVER = "Spring export", "Agency X"


def learn_customers(on: Scene) -> None:
    """Builds the customer index from the nightly export of the customer database."""
    on.title("Holdback learns who the customers are")
    exports = {"crm.csv": provider_csv(people(20_000)), STYLE: passenger_csv(passengers(5_000))}
    for name, table in exports.items():
        (on.holdback.root / name).write_text(table)
    files = [str(on.holdback.root / name) for name in exports]
    on.claim("the index is built", on.operator("customers", "build", *files))
    on.wait("the milter to take it over", lambda: _entries(on) > 0)
    on.claim("the running milter has taken it over", _entries(on) >= 25_000)
    known = on.holdback.config_file.parent.rglob("customers.idx")
    readable = [path for path in known if people(1)[0].address.encode() in path.read_bytes()]
    on.claim("no address can be read in it", not readable)


def the_export(on: Scene) -> None:
    """Incident 1: an employee mails the customer table out."""
    on.title("Incident 1: the airline's customers")
    planted, canaries = plant(on)
    letters = [on.send(own_letter(customer), quietly=True) for customer in passengers(30)]
    on.claim("a mail merge with everybody's own data passes", _actions(letters) == {"pass": 30})
    first = on.send(handful())
    on.claim("four customers are below every limit: the mail passes", first.logged["action"] == "pass")
    rest = on.send(export(planted))
    on.claim("the export is held", rest.held)
    case = on.holdback.cli("show", rest.logged["case"]).out
    on.claim("the operator reads which list it is, and who had it", LIST in case and RECEIVER in case)
    on.claim("and that they are customers", "5,000 of them customers" in " ".join(case.split()))
    on.operator("show", rest.logged["case"])
    on.claim("dropped", on.operator("drop", rest.logged["case"], "--reason", "call the police"))
    ring(on, canaries[0])
    answer(on, passengers(16)[13])


def plant(on: Scene) -> tuple[str, list[str]]:
    """Adds five canaries that look like rows of the customer table; returns rows and addresses."""
    words = ["canary", "mint", "--list", LIST, "--given-to", RECEIVER, "-n", "5", "--domain", AIRLINE]
    minted = on.holdback.cli(*words, "--like", str(on.holdback.root / STYLE))
    on.console.print(f"[bold]$ holdback {shlex.join(words)} --like {STYLE}[/]\n{minted.out}")
    header, *rows = minted.out.splitlines(keepends=True)
    on.claim("five canaries, in the style of the table", header == passenger_csv([]) and len(rows) == 5)
    on.claim("they are on record", on.operator("canary", "list"))
    on.wait("the milter to learn of them", lambda: on.holdback.metrics().get("holdback_canaries") == 5)
    return "".join(rows), [row.split(",")[2] for row in rows]


def ring(on: Scene, canary: str) -> None:
    """Sends mail to a canary, eleven days later."""
    on.title("Eleven days later a stranger writes to one of the planted addresses")
    hit = on.send(spam(canary))
    on.claim("the mail passes, as configured", hit.logged["action"] == "pass")
    rung = 'holdback_canary_hits_total{direction="inbound"}'
    on.claim("and the alert rings", on.holdback.metrics().get(rung) == 1)
    on.wait("the hit on record", lambda: "pillshop" in on.holdback.cli("canary", "hits").out)
    on.claim("the hit names list and receiver", on.operator("canary", "hits"))


def answer(on: Scene, customer: Person) -> None:
    """Shows what `trace` finds about a customer of the export."""
    on.title("A customer asks: how did they get the address that I gave only to you?")
    on.wait("the ledger", lambda: on.holdback.cli("trace", customer.address).code == 0)
    on.claim("there is an answer", on.operator("trace", customer.address))
    traced = on.holdback.cli("trace", customer.address, "--json").lines
    who = [(one["sender"], one["action"]) for one in traced]
    on.claim("max did it, twice; the second time he was stopped", who == [
        (f"max@{AIRLINE}", "hold"), (f"max@{AIRLINE}", "pass"),
    ])  # fmt: skip
    on.claim("to a list broker", "listbroker.example" in on.holdback.cli("trace", customer.address).out)


def the_bought_list(on: Scene) -> None:
    """Incident 2: a mailing to people who never were customers."""
    on.title("Incident 2: the bought list")
    known = [on.send(newsletter(customer), quietly=True) for customer in people(60)]
    on.claim("a newsletter to customers passes", _actions(known) == {"pass": 60})
    strangers = [on.send(bought(number), quietly=True) for number in range(STRANGERS)]
    actions = Counter(one.logged["action"] for one in strangers)
    table = Table("mailing", "mails", "passed", "held")
    table.add_row("newsletter", "60", "60", "0")
    table.add_row("bought list", str(STRANGERS), str(actions["pass"]), str(actions["hold"]))
    on.console.print(table)
    on.claim("the bought list is stopped at the limit of 20", actions == {"pass": 19, "hold": STRANGERS - 19})
    cases = {one.logged["case"] for one in strangers if one.held}
    on.claim("one case for the rest of the mailing", len(cases) == 1)
    on.operator("show", cases.pop())


def _entries(on: Scene) -> float:
    return on.holdback.metrics().get("holdback_customer_index_entries", 0)


def _actions(sent: list[Sent]) -> dict[str, int]:
    return dict(Counter(one.logged["action"] for one in sent))
