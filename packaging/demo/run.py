"""`make run`: replay five published incidents through a private Postfix or Sendmail with Holdback.

Everything happens on loopback and in temporary directories. A failed check is printed in red, and the exit
code is 1.
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
from rig.mta import KINDS
from scene import Scene, Sent, scene

COPIES = 3
"""Copies of the mailing that are sent; in 2006 there were 3,500."""


def send_everything(on: Scene) -> list[Sent]:
    """Send each sample over SMTP, and print the table of results."""
    on.title("Incidents 3, 4 and 5: six kinds of outbound mail")
    samples = all_samples(COPIES)
    sent = [on.send(sample) for sample in samples]
    on.console.print(outcomes(on, sent))
    on.check("ordinary mail: passed", sent[0].line["action"] == "pass")
    on.check("all others: held", all(one.held for one in sent[1:]))
    counts = [one.line["people"] for one in sent[1:6]]
    on.check("people counted: 60, 1,000, 20,000 and 20,000", counts[:4] == [60, 1_000, 20_000, 20_000])
    on.check("people counted in the mailing: 19,999, without its recipient", counts[4] == 19_999)
    on.check("copies of the mailing: one case", len({one.line["case"] for one in sent[5:]}) == 1)
    on.check("all other held messages: one case each", len({one.line["case"] for one in sent[1:]}) == 5)
    held = {one.reply.queue_id for one in sent[1:]}
    on.check(f"all of them are in {on.mta.name}'s hold queue", held == set(on.mta.held()))
    return sent


def outcomes(on: Scene, sent: list[Sent]) -> Table:
    """Return a table of the kinds of mail: what, action, why, people and case."""
    whys = {case["id"]: reasons(case) for case in on.holdback.cli("cases", "--json").lines}
    copies = Counter(one.sample.what for one in sent)
    table = Table("what", "action", "why", "people", "case", show_lines=True)
    for one in {one.sample.what: one for one in sent}.values():
        what, line = one.sample.what, one.line
        many = f", {copies[what]} copies" if copies[what] > 1 else ""
        action = f"[{'red' if one.held else 'green'}]{line['action']}"
        table.add_row(what + many, action, whys.get(line["case"], ""), f"{line['people']:,}", line["case"])
    return table


def reasons(case: dict[str, Any]) -> str:
    """Return place and text of the finding with most people."""
    found = case["findings"][0]
    return f"{found['where']}: {found['text']}"


def ordinary_mail_arrived(on: Scene, sent: Sent) -> None:
    arrived = on.arrived(sent.sample, 1)
    on.check("ordinary mail arrived unchanged", [one.body for one in arrived] == [crlf(sent.sample)])
    on.check("no other mail arrived", len(on.sink.deliveries()) == 1)


def look_around(on: Scene, sent: Sent) -> None:
    on.title("List the cases and show one")
    on.check("cases listed", on.operator("cases"))
    on.check("case shown", on.operator("show", sent.line["case"]))


def release_hidden(on: Scene, sent: Sent) -> None:
    """Release a message as Bcc, and check what arrives."""
    on.title("Release the socks offer as Bcc")
    customers, case = sent.sample.recipients, sent.line["case"]
    on.check("released as Bcc", on.operator("release", case, "--bcc", "--reason", "they love our socks"))
    arrived = on.arrived(sent.sample, 2)
    everything = b"".join(one.raw for one in arrived)
    served = Counter(on.sink.recipients(sent.sample.message_id))
    on.check(f"all {len(customers)} customers got it exactly once", served == Counter(customers))
    shown = [address for address in customers if address.encode() in everything.lower()]
    on.check("no customer's address is in the mail that arrived", bool(arrived) and not shown)
    hidden = everything.count(b"\r\nTo: undisclosed-recipients:;\r\n")
    on.check("its To field is undisclosed-recipients:;", hidden == len(arrived) > 0)
    on.check("its body is unchanged", {one.body for one in arrived} == {crlf(sent.sample)})
    on.check("Holdback's release token is removed", bool(arrived) and b"Holdback" not in everything)
    on.check("the original is deleted from the queue", sent.reply.queue_id not in on.queued())


def release_unchanged(on: Scene, sent: Sent) -> None:
    """Release a message unchanged, and check what arrives."""
    on.title("Release the letters to the printing house unchanged")
    on.check("released", on.operator("release", sent.line["case"], "--reason", "they print our letters"))
    arrived = on.arrived(sent.sample, 1)
    on.check("it arrived once", len(arrived) == 1)
    on.check("its body is unchanged", [one.body for one in arrived] == [crlf(sent.sample)])
    same = [sent.reply.queue_id.encode() in one.header for one in arrived] == [True]
    on.check(f"under the same queue id, {sent.reply.queue_id}", same)


def drop(on: Scene, copies: list[Sent]) -> None:
    on.title("Drop the mailing: one decision for all copies")
    on.check("deleted", on.operator("drop", copies[0].line["case"], "--reason", "wrong file"))
    on.check("no copy is left in the queue", not {one.reply.queue_id for one in copies} & on.queued())
    arrived = [one for copy in copies for one in on.sink.deliveries(copy.sample.message_id)]
    on.check("no copy has arrived anywhere", not arrived)


def show_metrics(on: Scene, sent: list[Sent]) -> None:
    on.title("Prometheus metrics")
    held, dropped = sum(one.held for one in sent), 'holdback_holds{state="dropped"}'
    on.wait("the next count of holds", lambda: on.holdback.metrics().get(dropped) == COPIES)
    text, seen = on.holdback.metrics_text(), on.holdback.metrics()
    on.console.print(*re.findall(r"^holdback_(?!.*_(?:bucket|created)).*", text, re.MULTILINE), sep="\n")
    counted = seen.get('holdback_messages_total{action="hold"}')
    on.check(f"messages counted as held: {held}, and the copy with hidden recipients", counted == held + 1)
    on.check("messages counted as passed: 1", seen.get('holdback_messages_total{action="pass"}') == 1)
    on.check(f"holds counted as dropped: {COPIES}", seen.get(dropped) == COPIES)
    published = text + on.holdback.log()
    leaked = [address for one in sent for address in one.sample.recipients if address in published]
    on.check("no address in the metrics and in Holdback's log", not leaked)


def crlf(sample: Sample) -> bytes:
    """Return the body with line ends as in SMTP."""
    return sample.raw.partition(b"\n\n")[2].replace(b"\n", b"\r\n")


def stay(on: Scene) -> None:
    """Print how to try more, and then each delivery and log line, until interrupted."""
    on.title("Try more. Ctrl-C stops everything and removes it")
    sendmail = f"{on.mta.submission} -f tom@mongrelsocks.example"
    on.console.print(
        f"""
In another terminal:
    export HOLDBACK_CONFIG={on.holdback.config_file}
    export PATH={os.path.dirname(sys.executable)}:$PATH
    holdback cases --all
    holdback stats
    holdback scan PATH

Send the samples again, a file of your own, or any message by SMTP to 127.0.0.1:{on.mta.port}:
    {sys.executable} {Path(__file__).with_name("messages.py")} /tmp/letters
    {sendmail} -t < /tmp/letters/03-promotion.eml
    {sys.executable} -c "import smtplib; smtplib.SMTP('127.0.0.1', {on.mta.port}).sendmail(
        'tom@mongrelsocks.example', ['ada@customer.example'], 'Subject: hello')"

Logs: {on.holdback.log_file} and {on.mta.log_file}
""",
        highlight=False,
        soft_wrap=True,
    )
    arrived, logged = len(on.sink.deliveries()), len(on.holdback.messages())
    while True:
        time.sleep(0.5)
        for one in on.sink.deliveries()[arrived:]:
            on.console.print(f"[green]delivered[/]: {len(one.raw):,} bytes for {', '.join(one.recipients)}")
            arrived += 1
        for line in on.holdback.messages()[logged:]:
            on.console.print(f"[bold]Holdback[/]: {line['action']}", line["case"], line["why"])
            logged += 1


def story(on: Scene) -> None:
    """Replay all incidents, from send to decision."""
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
    if on.failed:
        checks = on.passed + len(on.failed)
        on.console.print(f"\n[bold red]{len(on.failed)} of {checks} checks failed:", *on.failed, sep="\n  ")
    else:
        on.console.print(f"\n[bold green]All {on.passed} checks passed.")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--once", action="store_true", help="exit after the last incident")
    parser.add_argument("--mta", choices=KINDS, default="postfix", help="which mail server to start")
    wanted, console = parser.parse_args(), Console(highlight=False)
    if os.geteuid():
        console.print("[red]make run needs root, because it starts a mail server: sudo make run")
        return 77
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with scene(console, wanted.mta) as on:
            story(on)
            if not wanted.once:
                with contextlib.suppress(KeyboardInterrupt):
                    stay(on)
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    return 1 if on.failed else 0


if __name__ == "__main__":
    sys.exit(main())
