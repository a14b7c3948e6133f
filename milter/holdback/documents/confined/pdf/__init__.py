"""PDF (ISO 32000-1): text and tables of the pages, annotations, attached files."""
