"""What joins record and queue: decisions carried out, blind releases finished, differences noticed."""
