"""Personal data by kind: recognition of single values, their canonical forms, and the words of headings."""
