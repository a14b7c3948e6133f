"""Who was shown to whom: the ledger of disclosures, canaries and their hits, who corresponded with whom.

values.py   what is noted about a message      trail.py    how notes reach the database, off the mail's path
ledger.py   disclosures, as they are stored    folding.py  sorted to be searched, and forgotten with time
trace.py    who disclosed somebody             schema.py   all tables
"""
