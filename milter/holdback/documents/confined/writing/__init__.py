"""Text documents and presentations, XML and RTF: lines, tables, and all that is hidden in them."""
