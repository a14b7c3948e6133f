"""The MTA's side: what it tells us and what we answer.

session.py  one SMTP connection, pymilter      passage.py       one message at its end
worker.py   the process, its signals           housekeeping.py  what is done between messages
"""
