"""`make run`: replays five published accidents with a private Postfix and Holdback.

Everything happens on loopback and in temporary directories. Every claim is checked; one that does not hold is
printed in red and makes the exit code 1.
"""

import argparse
import contextlib
import os
import re
import signal
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from list_stories import learn_customers, the_bought_list, the_export
from messages import Sample, all_samples
from rich.console import Console
from rich.table import Table
from scene import Scene, Sent, scene

COPIES = 3
"""Copies of the mailing that are sent; in 2006 there were 3,500."""


def send_everything(on: Scene) -> list[Sent]:
    """Sends each sample over SMTP and prints a table of Holdback's actions."""
    on.title("Incidents 3, 4 and 5: six kinds of mail leave three small firms")
    samples = all_samples(COPIES)
    sent = [on.send(sample) for sample in samples]
    on.console.print(outcomes(on, sent))
    on.claim("the ordinary mail passed", sent[0].logged["action"] == "pass")
    on.claim("all others are held", all(one.held for one in sent[1:]))
    counts = [one.logged["people"] for one in sent[1:6]]
    on.claim("every person was counted: 60, 1,000 and 20,000", counts[:4] == [60, 1_000, 20_000, 20_000])
    on.claim("in the mailing all but its reader, whose own row is no leak", counts[4] == 19_999)
    on.claim("the copies of the mailing share one case", len({one.logged["case"] for one in sent[5:]}) == 1)
    on.claim("everything else has a case of its own", len({one.logged["case"] for one in sent[1:]}) == 5)
    held = {one.reply.queue_id for one in sent[1:]}
    on.claim("Postfix has them in its hold queue", held == set(on.postfix.held()))
    return sent


def outcomes(on: Scene, sent: list[Sent]) -> Table:
    """Rows for each kind of mail: description, action, reason, people and case."""
    whys = {case["id"]: reasons(case) for case in on.holdback.cli("cases", "--json").lines}
    copies = Counter(one.sample.what for one in sent)
    table = Table("what", "action", "why", "people", "case", show_lines=True)
    for one in {one.sample.what: one for one in sent}.values():
        what, logged = one.sample.what, one.logged
        many = f", {copies[what]} copies" if copies[what] > 1 else ""
        action = f"[{'red' if one.held else 'green'}]{logged['action']}"
        table.add_row(
            what + many, action, whys.get(logged["case"], ""), f"{logged['people']:,}", logged["case"]
        )
    return table


def reasons(case: dict[str, Any]) -> str:
    """Why a case is held: place and text of the finding with most people."""
    found = case["findings"][0]
    return f"{found['where']}: {found['text']}"


def ordinary_mail_arrived(on: Scene, sent: Sent) -> None:
    arrived = on.arrived(sent.sample, 1)
    on.claim("the ordinary mail arrived unchanged", [one.body for one in arrived] == [crlf(sent.sample)])
    on.claim("nothing else arrived", len(on.sink.deliveries()) == 1)


def look_around(on: Scene, sent: Sent) -> None:
    on.title("What the operator sees")
    on.claim("cases are listed", on.operator("cases"))
    on.claim("a case explains itself", on.operator("show", sent.logged["case"]))


def release_hidden(on: Scene, sent: Sent) -> None:
    """Releases the offer with hidden recipients."""
    on.title("The socks offer goes out after all, with its recipients hidden")
    customers, case = sent.sample.recipients, sent.logged["case"]
    on.claim("released", on.operator("release", case, "--bcc", "--reason", "they love our socks"))
    arrived = on.arrived(sent.sample, 2)
    everything = b"".join(one.raw for one in arrived)
    served = Counter(on.sink.recipients(sent.sample.message_id))
    on.claim(f"all {len(customers)} customers got it, each exactly once", served == Counter(customers))
    shown = [address for address in customers if address.encode() in everything.lower()]
    on.claim("nobody sees anybody: no customer's address is in what arrived", bool(arrived) and not shown)
    hidden = everything.count(b"\r\nTo: undisclosed-recipients:;\r\n")
    on.claim("its recipients are `undisclosed-recipients:;`", hidden == len(arrived) > 0)
    on.claim("the text is the same", {one.body for one in arrived} == {crlf(sent.sample)})
    on.claim("our one-time token stayed here", bool(arrived) and b"Holdback" not in everything)
    on.claim("the original is gone from the queue", sent.reply.queue_id not in on.queued())


def release_unchanged(on: Scene, sent: Sent) -> None:
    """Releases the table to the printing house, a processor of the provider."""
    on.title("The letters to print go out as they are")
    on.claim("released", on.operator("release", sent.logged["case"], "--reason", "they print our letters"))
    arrived = on.arrived(sent.sample, 1)
    on.claim("it arrived once", len(arrived) == 1)
    on.claim("every byte of its body is the same", [one.body for one in arrived] == [crlf(sent.sample)])
    same = [sent.reply.queue_id.encode() in one.header for one in arrived] == [True]
    on.claim(f"under the same queue id, {sent.reply.queue_id}", same)


def drop(on: Scene, copies: list[Sent]) -> None:
    on.title("The mailing never leaves: one decision for all its copies")
    on.claim("dropped", on.operator("drop", copies[0].logged["case"], "--reason", "wrong file"))
    on.claim("no copy is left in the queue", not {one.reply.queue_id for one in copies} & on.queued())
    arrived = [one for copy in copies for one in on.sink.deliveries(copy.sample.message_id)]
    on.claim("no copy has arrived anywhere", not arrived)


def show_metrics(on: Scene, sent: list[Sent]) -> None:
    on.title("What Prometheus sees")
    held, dropped = sum(one.held for one in sent), 'holdback_holds{state="dropped"}'
    on.wait("the next count of holds", lambda: on.holdback.metrics().get(dropped) == COPIES)
    text, seen = on.holdback.metrics_text(), on.holdback.metrics()
    on.console.print(*re.findall(r"^holdback_(?!.*_(?:bucket|created)).*", text, re.MULTILINE), sep="\n")
    counted = seen.get('holdback_messages_total{action="hold"}')
    on.claim(f"{held} messages counted as held, and our copy with hidden recipients", counted == held + 1)
    on.claim("1 message counted as passed", seen.get('holdback_messages_total{action="pass"}') == 1)
    on.claim(f"{COPIES} holds counted as dropped", seen.get(dropped) == COPIES)
    logged = text + on.holdback.log()
    leaked = [address for one in sent for address in one.sample.recipients if address in logged]
    on.claim("no address is in the metrics or in Holdback's log", not leaked)


def crlf(sample: Sample) -> bytes:
    """The body with CRLF line ends."""
    return sample.raw.partition(b"\n\n")[2].replace(b"\n", b"\r\n")


def stay(on: Scene) -> None:
    """Prints instructions, then what arrives and what is held, until interrupted."""
    on.title("Yours to play with; Ctrl-C ends and removes everything")
    sendmail = f"/usr/sbin/sendmail -C {on.postfix.config_dir} -f tom@mongrelsocks.example"
    on.console.print(
        f"""
Look around, in another terminal:
    export HOLDBACK_CONFIG={on.holdback.config_file}
    export PATH={os.path.dirname(sys.executable)}:$PATH
    holdback cases --all
    holdback stats
    holdback scan PATH-TO-YOUR-OWN-MAIL

Send the samples again, a file of your own, or anything over SMTP to 127.0.0.1:{on.postfix.port}:
    {sys.executable} {Path(__file__).with_name("messages.py")} /tmp/letters
    {sendmail} -t < /tmp/letters/03-promotion.eml
    {sys.executable} -c "import smtplib; smtplib.SMTP('127.0.0.1', {on.postfix.port}).sendmail(
        'tom@mongrelsocks.example', ['ada@customer.example'], 'Subject: hello')"

Logs: {on.holdback.log_file} and {on.postfix.root}/postfix.log
""",
        highlight=False,
        soft_wrap=True,
    )
    arrived, logged = len(on.sink.deliveries()), len(on.holdback.messages())
    while True:
        time.sleep(0.5)
        for one in on.sink.deliveries()[arrived:]:
            on.console.print(
                f"[green]arrived outside[/]: {len(one.raw):,} bytes for {', '.join(one.recipients)}"
            )
            arrived += 1
        for line in on.holdback.messages()[logged:]:
            on.console.print(f"[bold]Holdback[/]: {line['action']}", line["case"], line["why"])
            logged += 1


def story(on: Scene) -> None:
    """The incidents, from sending to the decision."""
    learn_customers(on)
    sent = send_everything(on)
    ordinary_mail_arrived(on, sent[0])
    look_around(on, sent[1])
    release_hidden(on, sent[1])
    release_unchanged(on, sent[3])
    drop(on, sent[5:])
    show_metrics(on, sent)
    the_export(on)
    the_bought_list(on)
    if on.broken:
        on.console.print(f"\n[bold red]{len(on.broken)} claims did not hold:", *on.broken, sep="\n  ")
    else:
        on.console.print("\n[bold green]Every claim held.")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--once", action="store_true", help="end when the story ends")
    wanted, console = parser.parse_args(), Console(highlight=False)
    if os.geteuid():
        console.print("[red]Postfix can only be started by root: sudo make run")
        return 77
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with scene(console) as on:
            story(on)
            if not wanted.once:
                with contextlib.suppress(KeyboardInterrupt):
                    stay(on)
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    return 1 if on.broken else 0


if __name__ == "__main__":
    sys.exit(main())
