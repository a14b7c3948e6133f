"""How the tables came to be, one step a version. Run by themselves when a newer Holdback meets an older
database.

A new step is a new file in `versions/` and a new last entry here; steps that were published never change.
"""

VERSIONS = ("0001", "0002", "0003")
"""Every version of the tables, oldest first."""
