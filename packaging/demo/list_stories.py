"""Incidents 1 and 2: a customer list that leaks, and a mailing to a bought list."""

import shlex
from collections import Counter

from lists import STRANGERS, bought, export, handful, newsletter, own_letter, spam
from messages import AIRLINE, Person, passenger_csv, passengers, people, provider_csv
from rich.table import Table
from scene import Scene, Sent

STYLE = "passengers.csv"
LIST, RECEIVER = "Spring export", "Agency X"


def learn_customers(on: Scene) -> None:
    """Build the customer index from the exports of two customer databases."""
    on.title("Build the customer index")
    exports = {"crm.csv": provider_csv(people(20_000)), STYLE: passenger_csv(passengers(5_000))}
    for name, table in exports.items():
        (on.holdback.root / name).write_text(table)
    files = [str(on.holdback.root / name) for name in exports]
    on.check("customer index built", on.operator("customers", "build", *files))
    on.wait("the milter to load it", lambda: _entries(on) > 0)
    on.check("running milter loaded it", _entries(on) >= 25_000)
    known = on.holdback.config_file.parent.rglob("customers.idx")
    readable = [path for path in known if people(1)[0].address.encode() in path.read_bytes()]
    on.check("index file contains no address", not readable)


def the_export(on: Scene) -> None:
    """Incident 1: an employee mails the customer table to a list broker."""
    on.title("Incident 1: an airline's customer table is mailed to a list broker")
    planted, canaries = plant(on)
    letters = [on.send(own_letter(customer), quietly=True) for customer in passengers(30)]
    on.check("30 letters with each customer's own data: passed", _actions(letters) == {"pass": 30})
    first = on.send(handful())
    on.check("4 customers, below every limit: passed", first.line["action"] == "pass")
    rest = on.send(export(planted))
    on.check("5,000 customers: held", rest.held)
    case = on.holdback.cli("show", rest.line["case"]).out
    on.check("holdback show names list and receiver", LIST in case and RECEIVER in case)
    on.check("holdback show counts 5,000 customers", "5,000 of them customers" in " ".join(case.split()))
    on.operator("show", rest.line["case"])
    on.check("message deleted", on.operator("drop", rest.line["case"], "--reason", "call the police"))
    ring(on, canaries[0])
    trace(on, passengers(16)[13])


def plant(on: Scene) -> tuple[str, list[str]]:
    """Mint five canaries in the format of the customer table; return their rows and their addresses."""
    words = ["canary", "mint", "--list", LIST, "--given-to", RECEIVER, "-n", "5", "--domain", AIRLINE]
    minted = on.holdback.cli(*words, "--like", str(on.holdback.root / STYLE))
    on.console.print(f"[bold]$ holdback {shlex.join(words)} --like {STYLE}[/]\n{minted.out}")
    header, *rows = minted.out.splitlines(keepends=True)
    on.check("5 canaries minted, in the format of the table", header == passenger_csv([]) and len(rows) == 5)
    on.check("canaries listed", on.operator("canary", "list"))
    on.wait("the milter to load them", lambda: on.holdback.metrics().get("holdback_canaries") == 5)
    return "".join(rows), [row.split(",")[2] for row in rows]


def ring(on: Scene, canary: str) -> None:
    """Send mail from outside to a canary, as happened eleven days after the incident."""
    on.title("Incident 1, 11 days later: mail from outside to a canary")
    hit = on.send(spam(canary))
    on.check("mail to the canary: passed, as configured", hit.line["action"] == "pass")
    inbound = 'holdback_canary_hits_total{direction="inbound"}'
    on.check("metric of alert HoldbackCanaryInbound: 1", on.holdback.metrics().get(inbound) == 1)
    on.wait("the record of the hit", lambda: "pillshop" in on.holdback.cli("canary", "hits").out)
    on.check("holdback canary hits names list and receiver", on.operator("canary", "hits"))


def trace(on: Scene, customer: Person) -> None:
    """Find the messages that disclosed one customer."""
    on.title("A customer asks where the sender got the address")
    on.wait("the ledger", lambda: on.holdback.cli("trace", customer.address).code == 0)
    on.check("holdback trace finds messages", on.operator("trace", customer.address))
    traced = on.holdback.cli("trace", customer.address, "--json").lines
    who = [(one["sender"], one["action"]) for one in traced]
    on.check("2 messages from max: the first was sent, the second held", who == [
        (f"max@{AIRLINE}", "hold"), (f"max@{AIRLINE}", "pass"),
    ])  # fmt: skip
    on.check(
        "recipient: the list broker", "listbroker.example" in on.holdback.cli("trace", customer.address).out
    )


def the_bought_list(on: Scene) -> None:
    """Incident 2: a mailing to people who never were customers."""
    on.title("Incident 2: a mailing to a bought list")
    known = [on.send(newsletter(customer), quietly=True) for customer in people(60)]
    on.check("newsletter to 60 customers: passed", _actions(known) == {"pass": 60})
    strangers = [on.send(bought(number), quietly=True) for number in range(STRANGERS)]
    actions = Counter(one.line["action"] for one in strangers)
    table = Table("mailing", "mails", "passed", "held")
    table.add_row("newsletter", "60", "60", "0")
    table.add_row("bought list", str(STRANGERS), str(actions["pass"]), str(actions["hold"]))
    on.console.print(table)
    on.check("bought list held from the limit of 20 on", actions == {"pass": 19, "hold": STRANGERS - 19})
    cases = {one.line["case"] for one in strangers if one.held}
    on.check("one case for the rest of the mailing", len(cases) == 1)
    on.operator("show", cases.pop())


def _entries(on: Scene) -> float:
    return on.holdback.metrics().get("holdback_customer_index_entries", 0)


def _actions(sent: list[Sent]) -> dict[str, int]:
    return dict(Counter(one.line["action"] for one in sent))
