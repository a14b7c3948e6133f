"""The operator who runs a command."""

import os
from typing import TYPE_CHECKING

from holdback.exits import Exit, Failure
from holdback.operators.request import OPERATOR_VARIABLE
from holdback.operators.role import Operator, Role, user_name

if TYPE_CHECKING:
    from holdback.cases.model import CaseFile


def serves_operator() -> bool:
    """True if the service runs this command for an operator."""
    return OPERATOR_VARIABLE in os.environ


def operator() -> Operator:
    """Whoever is recorded with decisions: in the service its operator, for root SUDO_USER, else the user."""
    if serves_operator():
        return Operator.load(os.environ[OPERATOR_VARIABLE])
    sudo_user = os.environ.get("SUDO_USER", "") if os.geteuid() == 0 else ""
    return Operator(sudo_user or user_name(os.getuid()), Role.MANAGER)


def require(role: Role, what: str) -> None:
    """Raise Failure unless the operator may do what `role` may; `what` names it."""
    if not operator().may(role):
        raise Failure(Exit.NO_PERMISSION, f"{what} needs the role {role.name.lower()}")


def refuse_unfit(file: "CaseFile") -> None:
    """Raise Failure if the operator may not decide this case."""
    if objection := operator().objection(file):
        raise Failure(Exit.NO_PERMISSION, f"{file.case.id}: {objection}")
