"""Which runs stand in which list: a visitor's own, those shared with the class, examples, and what was put away."""

from enum import StrEnum

from sqlalchemy import ColumnElement, and_, func, or_, true

from cnnviz.access.permission import Sharing
from cnnviz.access.visitor import OPERATOR_ID, Visitor
from cnnviz.runs.tables import RunRow

IS_OF_A_FOLD = func.coalesce(RunRow.config, "").like(
    '%"fold":[%'
)  # as JSON writes it: within a text of a person's its quotes are escaped
"""Whether a run was made to answer for a part of the training images of another one: its sweep and links lead to it."""


class Scope(StrEnum):
    """What a list holds.

    ALL: whatever is not put away; DELETED: what can still be brought back; FOLDS: what answers for parts of the
    training images of another run, and stands in no other list.
    """

    ALL = "all"
    MINE = "mine"
    SHARED = "shared"
    EXAMPLES = "examples"
    ARCHIVED = "archived"
    DELETED = "deleted"
    FOLDS = "folds"


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
    is_kept = and_(RunRow.deleted.is_(None), RunRow.archived.is_(False), ~IS_OF_A_FOLD)
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
        case Scope.FOLDS:
            is_theirs = true() if visitor.is_operator else or_(is_mine, is_for_everybody)
            return and_(is_theirs, RunRow.deleted.is_(None), IS_OF_A_FOLD)
        case Scope.DELETED:
            return and_(is_mine_to_change, RunRow.deleted.is_not(None))
        case _:
            return and_(true() if visitor.is_operator else or_(is_mine, is_for_everybody), is_kept)
