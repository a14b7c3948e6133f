"""Build the customer index: read customer lists, join their rows into persons, write the index."""
