"""PDF: text and tables as they are printed, and what is attached or noted beside them."""
