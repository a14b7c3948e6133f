"""Migrations of the tables, one for each version. They run when a newer Holdback opens an older database.

A new one is a file in `versions/` and the last entry here; those that were published never change.
"""

VERSIONS = ("0001", "0002", "0003", "0004", "0005")
"""Every version of the tables, oldest first."""
