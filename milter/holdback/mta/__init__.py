"""The mail queue of the MTA behind one protocol; and the change of a message that hides its recipients.

interface.py   the protocol and its values          choice.py        which MTA `[mta]` names
postfix.py     Postfix behind it                    sendmail.py      Sendmail behind it
  postfix_settings, postfix_holders                   sendmail_settings
  postfix_queue_file, postfix_log                     sendmail_queue, sendmail_queue_file, sendmail_log
  postfix_submission                                  sendmail_submission
programs.py    run a program of the MTA             mail_log.py      the lines of its log
expansion.py   addresses that reach outsiders       received.py      the Received field that it adds
blind.py       hidden recipients
"""
