"""Migrations of the tables, one for each version. They run when a newer Holdback opens an older database.

A new one is a file in `versions/` and the last entry here; those that were published never change. It only
adds, so that hosts with the previous version go on working. What it makes superfluous is removed in a later
version, which then sets `compatibility.oldest`.
"""

VERSIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009")
"""Every version of the tables, oldest first."""
