"""Subjects: the third parties whom a message discloses, each counted once."""
