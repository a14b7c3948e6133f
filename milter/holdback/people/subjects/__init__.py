"""Who is disclosed: records become third parties, each counted once."""
