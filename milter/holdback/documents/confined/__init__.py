"""Formats that need a native library or unpacking. Their openers run in the confined reader only.

A worker must never import these modules: a hostile file may crash the process that reads it.
"""
