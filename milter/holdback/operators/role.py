"""Operators: who they are, by the user of their process, and what their role allows."""

import grp
import json
import os
import pwd
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Self

from holdback.phrases import count_of

if TYPE_CHECKING:
    from holdback.cases.model import CaseFile
    from holdback.config.sections import RolesSection


class Role(IntEnum):
    """What an operator may do. Each role may do what those before it may."""

    VIEWER = 1
    """List and show cases; no subject, no recipients, no content."""
    REVIEWER = 2
    """Read held mail, and decide cases of up to `roles.people` people."""
    MANAGER = 3
    """Everything."""


ROOT = "root"


@dataclass(frozen=True, slots=True)
class Operator:
    """The user who runs a command."""

    name: str
    """As it is recorded with decisions and looks."""
    role: Role
    people: int = 0
    """Most people of a case that this operator may decide; 0 if there is no limit."""

    def may(self, role: Role) -> bool:
        """Return whether this operator may do what `role` may."""
        return self.role >= role

    def objection(self, file: "CaseFile") -> str:
        """Return why this operator may not decide the case; empty if nothing is against it."""
        if any(self._sent(hold.login or file.case.sender) for hold in file.holds):
            return f"{self.name} sent this mail; someone else must decide"
        if self.people and file.case.people > self.people:
            people = count_of(file.case.people, "person", "people")
            return f"it discloses {people}; a reviewer decides up to {self.people:,} (roles.people)"
        return ""

    def _sent(self, login: str) -> bool:
        """True if the login (or the sender, without one) is this operator's: `jane`, `jane@firm.example`."""
        own = login.partition("@")[0].rpartition("\\")[2]
        return self.name != ROOT and own.casefold() == self.name.casefold()

    def dump(self) -> str:
        """Return the operator as text, for `load` in another process."""
        return json.dumps(asdict(self))

    @classmethod
    def load(cls, text: str) -> Self:
        """Return the operator of a `dump`."""
        values = json.loads(text)
        return cls(values["name"], Role(values["role"]), values["people"])


def user_name(uid: int) -> str:
    """Return the name of a user; `uid 1000` if it has none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid {uid}"


def find_operator(uid: int, roles: "RolesSection") -> Operator | None:
    """Return the operator with this user id; None if no role names the user or one of its groups."""
    if uid == 0:
        return Operator(ROOT, Role.MANAGER)
    try:
        user = pwd.getpwuid(uid)
    except KeyError:
        return None
    names = {user.pw_name, *_groups_of(user)}
    for role, members in (
        (Role.MANAGER, roles.manager),
        (Role.REVIEWER, roles.reviewer),
        (Role.VIEWER, roles.viewer),
    ):
        if not names.isdisjoint(members):
            return Operator(user.pw_name, role, roles.people if role is Role.REVIEWER else 0)
    return None


def _groups_of(user: pwd.struct_passwd) -> Iterator[str]:
    """Yield the groups of a user as the configuration names them: `@staff`."""
    for gid in os.getgrouplist(user.pw_name, user.pw_gid):
        with suppress(KeyError):
            yield f"@{grp.getgrgid(gid).gr_name}"
