"""The MTA's side: what it tells us and what we answer.

session.py  one SMTP connection, pymilter      passage.py       one message at its end
process.py  libmilter on one socket            supervisor.py    what exists once: signals, reload, metrics
"""
