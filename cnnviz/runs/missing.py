"""Why a link leads to no run."""

from cnnviz.access.visitor import Visitor
from cnnviz.errors import UnknownName
from cnnviz.runs.permitted import require_visible
from cnnviz.runs.store import RunStore

DELETED = (
    "The run that the link names was deleted. For a while its owner can bring it back, on the Runs page under Deleted."
)
RESULTS_LOST = (
    "{} has finished, but what it got right cannot be read: that part of its entry is damaged or missing. "
    "Train it again to know."
)
"""What is said of a run with `Run.has_lost_results`, once its subject is put in."""


def why_not_there(store: RunStore, run_id: str, visitor: Visitor) -> str:
    """Say why a run cannot be shown that this visitor may see; else "".

    It was deleted, or its entry is damaged, or that part of it which holds its results.
    """
    try:
        require_visible(store, run_id, visitor, also_deleted=True)
    except UnknownName:
        return ""
    try:
        require_visible(store, run_id, visitor)
    except UnknownName:
        return DELETED
    try:
        run = store.get(run_id)
    except UnknownName as error:
        return str(error)
    return RESULTS_LOST.format("The training that the link names") if run.has_lost_results else ""
