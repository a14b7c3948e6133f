"""Make canaries: addresses of fictitious people, and rows in the style of a given list."""
