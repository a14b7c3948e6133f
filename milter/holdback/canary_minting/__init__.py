"""Canaries are made here: addresses that belong to nobody, and rows that look like those of a list."""
