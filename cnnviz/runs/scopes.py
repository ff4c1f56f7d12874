"""Which runs stand in which list: a visitor's own, those shared with the class, examples, and what was put away."""

from enum import StrEnum

from sqlalchemy import ColumnElement, and_, or_, true

from cnnviz.access.permission import Sharing
from cnnviz.access.visitor import OPERATOR_ID, Visitor
from cnnviz.runs.tables import RunRow


class Scope(StrEnum):
    """What a list holds. ALL: whatever is not put away; DELETED: what can still be brought back."""

    ALL = "all"
    MINE = "mine"
    SHARED = "shared"
    EXAMPLES = "examples"
    ARCHIVED = "archived"
    DELETED = "deleted"


def in_scope(scope: Scope, visitor: Visitor) -> ColumnElement[bool]:
    """Tell the database which runs a list holds for a visitor.

    Parameters
    ----------
    scope : Scope
    visitor : Visitor
        An operator's lists also hold what others have kept to themselves.

    Returns
    -------
    ColumnElement of bool
        A condition on `RunRow`: what `access.permission.is_listed` says of one run, and more.
    """
    is_mine = RunRow.owner == visitor.id
    is_mine_to_change = true() if visitor.is_operator else is_mine
    is_for_everybody = RunRow.sharing == Sharing.EVERYBODY
    is_kept = and_(RunRow.deleted.is_(None), RunRow.archived.is_(False))
    match scope:
        case Scope.MINE:
            return and_(is_mine, is_kept)
        case Scope.SHARED:
            is_others = and_(RunRow.owner != visitor.id, RunRow.owner != OPERATOR_ID)
            return and_(is_others, true() if visitor.is_operator else is_for_everybody, is_kept)
        case Scope.EXAMPLES:
            return and_(RunRow.owner == OPERATOR_ID, is_for_everybody, is_kept)
        case Scope.ARCHIVED:
            return and_(is_mine_to_change, RunRow.deleted.is_(None), RunRow.archived.is_(True))
        case Scope.DELETED:
            return and_(is_mine_to_change, RunRow.deleted.is_not(None))
        case _:
            return and_(true() if visitor.is_operator else or_(is_mine, is_for_everybody), is_kept)
