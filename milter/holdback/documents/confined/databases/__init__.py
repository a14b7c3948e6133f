"""Database files: their tables, row by row."""
