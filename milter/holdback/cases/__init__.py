"""What was decided: the record of every hold, why it was held, and what an operator said about it.

values.py    what a hold, a case and a decision are      grouping.py  which messages are copies of one another
record.py    the milter's side: never in its way         casebook.py  the operator's side: look, decide, mark
journal.py   where the record waits without a database   tally.py     numbers for metrics and statistics
"""
