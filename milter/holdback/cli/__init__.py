"""The operator's side: the command `holdback`. `main.py` shows every command and option on one page."""
