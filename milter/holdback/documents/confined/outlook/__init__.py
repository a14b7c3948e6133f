"""Outlook's own formats: messages, contacts and lists as files, and winmail.dat."""
