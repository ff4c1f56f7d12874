"""The parts of the page: those that always stand there, and those of which one is shown at a time."""

from collections.abc import Callable, Sequence

import streamlit as st

from cnnviz.runs.open_seeds import open_seeds
from cnnviz.runs.records import Run, Status
from cnnviz.ui.app import services
from cnnviz.ui.compare.costs import show_costs
from cnnviz.ui.compare.curves import show_curves
from cnnviz.ui.compare.headline import may_still_end, show_headline
from cnnviz.ui.compare.honest import show_honest, show_honest_line
from cnnviz.ui.compare.images import show_images
from cnnviz.ui.compare.layers import show_layers
from cnnviz.ui.compare.matrices import show_matrices
from cnnviz.ui.compare.more_seeds import note_ended
from cnnviz.ui.compare.same_picture import show_same_picture
from cnnviz.ui.compare.settings import show_settings
from cnnviz.ui.session.visitor import current_visitor, shown_run
from cnnviz.ui.shared.elements import KEPT, LINKED_PART, as_part, put_part_in_link, take_linked_part

Progress = tuple[list[tuple[Status, int]], frozenset[str]]
Part = Callable[[Sequence[Run]], None]

ALWAYS: tuple[Part, ...] = (show_headline, show_honest_line)
"""What stands on top, in this order."""

PARTS: dict[str, Part] = {
    "Curves": show_curves,
    "One picture": show_same_picture,
    "Seeds": show_honest,
    "Settings": show_settings,
    "Layers": show_layers,
    "Confusions": show_matrices,
    "Disagreements": show_images,
    "Cost": show_costs,
}
"""Name of a part -> what draws it. `?part=` names one in a link."""

KEY = "compare_part"
LOOK_SECONDS = 2.0


def show_parts(runs: Sequence[Run]) -> None:
    """Show what always stands there, and let the visitor choose one of the other parts, which runs by itself.

    While something is to come of one of the runs, or of a further seed of their nets, the page looks for what is new:
    it is drawn again after each epoch of the runs, and when a seed begins or ends.
    """
    note_ended()
    progress = _progress_of(runs)
    if progress[1] or any(map(may_still_end, runs)):
        as_part(_watch, seconds=LOOK_SECONDS)([run.id for run in runs], progress)
    for show in ALWAYS:
        as_part(show)(runs)
    take_linked_part(KEY, PARTS, instead="another one is shown")
    with st.container(key=LINKED_PART):
        as_part(_show)(runs)


def _watch(run_ids: Sequence[str], before: Progress) -> None:
    if _progress_of([shown_run(run_id) for run_id in run_ids]) != before:
        st.rerun()  # also ends the looking: a part of a page cannot do that by itself


def _progress_of(runs: Sequence[Run]) -> Progress:
    """Status of each run, how many epochs of it have ended, and the further seeds that are to come."""
    return [(run.status, run.epochs_done) for run in runs], open_seeds(services.store(), runs, current_visitor())


def _show(runs: Sequence[Run]) -> None:
    first = next(iter(PARTS))
    st.session_state.setdefault(KEY, first)
    names = list(PARTS)
    part = st.segmented_control("Look at", names, key=KEY, required=True, label_visibility="collapsed", **KEPT) or first
    put_part_in_link(KEY, part)
    PARTS[part](runs)
