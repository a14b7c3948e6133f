"""Database files: tables and their rows."""
