"""Outlook's formats: .msg files of messages, contacts and distribution lists, and winmail.dat."""
