"""The record: every hold, why it was held, what was decided about it, and what happened since.

values.py       holds, cases, decisions          recorder.py    what the milter writes
assignment.py   the case a hold belongs to       casebook.py    what operators read and decide
fingerprints.py copies of one message            statistics.py  counts for metrics and `stats`
events.py       what happened, in order          orphans.py     held messages without a record
hosts.py        who shares the record            host_id.py     the id of this host
journal.py      holds recorded while the database is down
"""
