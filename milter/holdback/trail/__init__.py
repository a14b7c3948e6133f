"""Who was shown to whom: the ledger of disclosures, canaries and their hits, who corresponded with whom.

values.py   what is noted about a message      writer.py   how notes reach the database, off the mail's path
"""
