"""Personal data by kind: what a value is, one canonical form for each, and the words that announce it."""
