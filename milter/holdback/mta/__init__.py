"""The mail queue of the MTA behind one protocol; and the change of a message that hides its recipients.

interface.py  the protocol and its values      postfix.py, postfix_settings.py  Postfix behind it
choice.py     which MTA `mta.kind` names       postfix_submission.py            a message for postdrop(1)
blind.py      hidden recipients
"""
