"""Sources of customers: files and databases, read as streams of rows of any size.

selection.py  all sources of one build        columns.py  the columns that identify customers
files.py      detection of the file format    text.py     large texts, decoded piece by piece
stream.py     one table as a stream of rows   batches.py  batches of rows for the index
delimited.py, json_lines.py, documents.py, database.py    the formats
"""

from holdback.customer_list.sources.batches import batches
from holdback.customer_list.sources.columns import KINDS, parse_column_options
from holdback.customer_list.sources.selection import SourceTable, open_sources

__all__ = ["KINDS", "SourceTable", "batches", "open_sources", "parse_column_options"]
