"""Carry out decisions on the mail queue of this host, and keep the record in step with it."""
