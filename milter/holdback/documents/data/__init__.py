"""Extract records in text formats: vCard, iCalendar, LDIF, JSON, SQL dumps.

They are found in files of their own and pasted anywhere into other text.
"""

from holdback.documents.data.extraction import extract_records, may_contain_records

__all__ = ["extract_records", "may_contain_records"]
