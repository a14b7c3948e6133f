"""Spreadsheets: every sheet, cell by cell, and what stands beside the cells."""
