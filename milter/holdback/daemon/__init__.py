"""The MTA's side: callbacks in, replies out.

session.py  one SMTP connection, pymilter      end_of_message.py  inspection, decision and reply
process.py  libmilter on one socket            supervisor.py      what exists once: signals, reload, metrics
"""
