"""People who decide without root: who may do what, and the socket through which they run commands.

role.py     the operator, and what each role may do
request.py  what a command sends to the service, and what it gets back
"""
