"""Text documents, presentations, XML and RTF: lines, tables, and hidden text."""
