"""The command `holdback`. `main.py` declares every command and option."""
