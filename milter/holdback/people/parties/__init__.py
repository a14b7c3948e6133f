"""Parties: internal, partner and external domains, and which strangers are acquainted."""
