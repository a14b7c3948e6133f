"""Recognise records of people in the tables, lines, forms and lists of a document."""
