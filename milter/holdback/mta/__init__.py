"""Where held mail waits, the queue of the MTA; and the one change made to mail: hiding its recipients."""
