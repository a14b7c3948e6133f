"""What stands in a document: tables, lines, forms and lists become records of people."""
