"""Who was shown to whom: the ledger of disclosures, canaries and their hits, who corresponded with whom.

The milter makes notes of a message (`daemon/noting.py`). They wait in memory until a thread stores them; what
is stored is sorted and forgotten by housekeeping. What a message needs to know is asked in `breaker.py`.

trail.py      how notes reach the database, off the mail's path     schema.py   all tables
tally.py      how much is known

The ledger:
values.py     what is noted of disclosures and canaries             disclosure.py  what one message discloses
ledger.py     disclosures, as they are stored                       shelves.py     how they are sorted
folding.py    when they are sorted, and forgotten                   trace.py       who disclosed somebody
canaries.py   canaries, and messages that met them

Contacts:
contacts.py       whom the company corresponded with
acquaintances.py  who knows whom
approaches.py     how many strangers a sender wrote to of late
breaker.py      what a message may ask of all these
forgetting.py     contacts are forgotten in time
"""
