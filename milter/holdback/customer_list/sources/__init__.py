"""Where customers come from: files and databases, read as streams of rows, whatever their size.

files.py    what a file is                    columns.py  which column holds what
text.py     large texts, piece by piece       taken.py    all sources of one build
batches.py  rows as the index takes them
delimited.py, json_lines.py, documents.py, database.py    the formats
"""

from holdback.customer_list.sources.batches import batches
from holdback.customer_list.sources.columns import KINDS, parse_column_options
from holdback.customer_list.sources.selection import SourceTable, open_sources

__all__ = ["KINDS", "SourceTable", "batches", "open_sources", "parse_column_options"]
