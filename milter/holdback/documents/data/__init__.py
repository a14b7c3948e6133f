"""Records written as text: address cards, calendars, directory entries, JSON, SQL dumps.

They are read wherever they stand: a file of their own, or pasted between greeting and farewell.
"""

from holdback.documents.data.lifts import has_marks, lifted

__all__ = ["has_marks", "lifted"]
