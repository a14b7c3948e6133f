"""Archives and packed files: their members, within the budget."""
