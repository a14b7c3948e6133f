"""People: personal data, records of people, parties, and the third parties a message discloses."""
