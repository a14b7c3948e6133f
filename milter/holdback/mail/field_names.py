"""Names of header fields: those that show people to a reader, and those that never do."""

import re

SEVERAL = 3
"""A field for authors, or an unknown one, shows recipients if it has more addresses than this."""

_TRACE = (
    # RFC 5321, 8601, 8617, 6376, 7208; ids of RFC 5322; also with a prefix: `X-Received`.
    b"received",
    b"received-spf",
    b"return-path",
    b"authentication-results",
    b"authentication-results-original",
    b"dkim-signature",
    b"domainkey-signature",
    b"message-id",
    b"references",
    b"in-reply-to",
)
_ENDS = tuple(b"-" + name for name in _TRACE)
_STRUCTURE = (b"arc-", b"dkim-", b"list-", b"content-", b"mime-")
_SERVICE = (b"x-smtpapi", b"x-mailgun-recipient-variables", b"x-mc-mergevars")
"""Instructions to a relay (SendGrid, Mailgun, Mandrill), which sends each person listed there a separate mail
and removes the field. They do not count: no reader sees them, and every mail through such a relay has one."""
HIDDEN = frozenset(_TRACE + _SERVICE)
"""Common fields that do not show people; `shows_people` knows more of them."""
_WRITTEN = {b"x-rcpt-to": "X-RCPT-To"}
_PLAIN = re.compile(rb"[a-z][a-z0-9]*+(?:-[a-z0-9]++)*+")
_LONGEST = 40


def shows_people(name: bytes) -> bool:
    """Return whether addresses in this field (lower case) count as people: no trace, id or structure."""
    return not (name in HIDDEN or name.endswith(_ENDS) or name.startswith(_STRUCTURE))


def title(name: bytes) -> str:
    """Return the name of a field for a finding; an odd one, which might be somebody's name, is not shown."""
    if len(name) > _LONGEST or not _PLAIN.fullmatch(name):
        return "another field"
    return _WRITTEN.get(name) or name.decode().title()
