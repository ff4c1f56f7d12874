"""Which net of a run is evaluated: the one that it ended with, or that of an epoch that is kept."""

from typing import Any

import numpy as np
import streamlit as st

from cnnviz.evaluation.scores import TestPredictions
from cnnviz.runs import files
from cnnviz.runs.records import Run
from cnnviz.ui.app import services
from cnnviz.ui.app.messages import warn
from cnnviz.ui.components.confusion_matrix import Stop
from cnnviz.ui.shared.answers import epoch_predictions, test_predictions
from cnnviz.ui.shared.elements import number_in_link

CHOSEN, LINKED = "evaluated_epoch", "evaluated_link"
END = 0
NOT_KEPT = "The link names an epoch that is not kept, so the net is shown as it ended. Received: {epoch}."
MAX_CELLS = 50_000  # of all matrices over the epochs together: of many large ones only some are sent
CACHE_ENTRIES = 32


def choose_epoch(run: Run) -> int | None:
    """Let the visitor choose among the kept epochs of a run, which `?epoch=` names in a link; None for its end."""
    kept = [] if run.origin else files.kept_epochs(services.store(), run.id)
    state, query = st.session_state, st.query_params
    link = run.id, query.get("epoch")
    if link[1] is not None and (link != state.get(LINKED) or CHOSEN not in state):  # a link, or Back
        state[CHOSEN] = number_in_link("epoch")
        if state[CHOSEN] not in kept and state.get(LINKED, (run.id,))[0] == run.id:  # and no other run was chosen
            warn(NOT_KEPT.format(epoch=str(link[1])[:80]))
    if state.get(CHOSEN) not in kept:
        state[CHOSEN] = END
    if kept:
        st.selectbox(
            "Epoch",
            [END, *reversed(kept)],
            key=CHOSEN,
            format_func=lambda epoch: f"Epoch {epoch}" if epoch else "As it ended",
            label_visibility="collapsed",
            width=150,
        )
    epoch: int = state[CHOSEN]
    if epoch == END:
        query.pop("epoch", None)
    else:
        query["epoch"] = str(epoch)
    state[LINKED] = run.id, query.get("epoch")
    return epoch or None


def choose(epoch: int) -> None:
    """Let the next run of the page be about that epoch."""
    st.session_state[CHOSEN] = epoch


def predictions(run: Run, epoch: int | None) -> TestPredictions:
    """What the net of a run, of its end or of a kept epoch, answers to the test images; raises as `ask` does."""
    return test_predictions(run) if epoch is None else epoch_predictions(run, epoch)


def validation_stops(run: Run, num_classes: int) -> list[Stop]:
    """The confusion matrix of the validation after each epoch, as the run recorded it; none of other classes."""
    store = services.store()
    if run.origin or files.edited_after(store, run.id):  # its curves are those of another net
        return []
    rows = _epochs_with_matrix(run.id, run.progress.started, store.last_epoch(run.id))
    stops = [
        (row["epoch"], [(r, c, int(n)) for r, line in enumerate(row["confusion"]) for c, n in enumerate(line) if n])
        for row in rows
        if len(row["confusion"]) == num_classes
    ]
    stride = 1 + sum(len(cells) for _, cells in stops) // MAX_CELLS
    kept = files.kept_epochs(store, run.id)
    return [
        Stop(f"Epoch {epoch}, validation images", cells, epoch, epoch in kept)
        for epoch, cells in stops[::-1][::stride][::-1]
    ]


@st.cache_data(show_spinner=False, max_entries=CACHE_ENTRIES)
def _epochs_with_matrix(run_id: str, started: float | None, last: int) -> list[dict[str, Any]]:  # noqa: ARG001  its key
    return [
        {"epoch": row["epoch"], "confusion": row["confusion"]}
        for row in services.store().curves(run_id).epochs
        if row.get("confusion") and np.isfinite(row["confusion"]).all()
    ]
