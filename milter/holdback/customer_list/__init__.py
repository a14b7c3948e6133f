"""Customer lists are read and indexed here."""
