"""The trail: the ledger of disclosures, canaries with their hits, and the company's contacts.

`daemon/trail_notes.py` builds entries from a message and adds them to the queue of `write_behind.py`, from
which a thread stores them. Housekeeping compacts the ledger and deletes expired rows.

write_behind.py    the queue of entries and the thread that stores them
schema.py          the database tables
queries.py         read queries of the mail path, behind a circuit breaker
retention.py       deletion of expired rows
statistics.py      row counts for `holdback stats`

Ledger:
disclosure.py      the disclosure of one message             ledger.py      writing disclosures
segments.py        sorted pseudonyms, partitioned in buckets   compaction.py  moving disclosures into segments
trace.py           the messages that disclosed a person      canaries.py    canaries and their hits

Contacts:
contacts.py        correspondents of the company
acquaintances.py   pairs of people who have seen each other's address
recipient_rate.py  unknown recipients of each sender
"""
