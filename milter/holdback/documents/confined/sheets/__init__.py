"""Spreadsheets: the cells of every sheet, and the text outside the cells."""
