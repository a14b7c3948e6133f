"""Records written as text: address cards, calendars, directory entries, JSON, SQL dumps.

They are read wherever they stand: a file of their own, or pasted between greeting and farewell.
"""

from holdback.documents.data.extraction import extract_records, may_contain_records

__all__ = ["extract_records", "may_contain_records"]
