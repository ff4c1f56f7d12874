"""The curves of all runs on one pair of axes."""

from collections.abc import Sequence
from typing import get_args

import streamlit as st

from cnnviz.plots.comparison import LETTERS, Line, comparison_curves, describe_comparison
from cnnviz.runs.comparison_curves import Axis, Metric, on_axis, series
from cnnviz.runs.files import has_curves_of_another
from cnnviz.runs.records import Curves, Run
from cnnviz.text.units import PERCENT
from cnnviz.ui.app import services
from cnnviz.ui.compare.chosen import short_names_of
from cnnviz.ui.compare.headline import may_still_end
from cnnviz.ui.shared.answers import run_version
from cnnviz.ui.shared.elements import KEPT, show_figure

VALIDATION, TRAINING = "Validation", "Training"
AXES: dict[Axis, str] = {"epoch": "epochs", "step": "steps", "time": "seconds of work"}
USUAL_SMOOTHING = {VALIDATION: 0.0, TRAINING: 0.9}  # batches alone are a cloud
FEW = 60  # values up to which each has a mark
CACHE_ENTRIES = 64
NO_CURVE = "{letters}: nothing of this was recorded."
NO_CURVE_YET = "{letters}: nothing of this is recorded yet."
OF_ANOTHER = "{letters}: the weights were changed by hand, the curve is that of the net before."
ERROR_HELP = (
    "Error: the share that is wrong, 1 − accuracy. On a log axis it shows how small differences near "
    f"100{PERCENT} go on."
)


def show_curves(runs: Sequence[Run]) -> None:
    """Draw one metric of all runs, and below the figure let the visitor choose which and how."""
    place = st.container()
    metric, part, axis, log = _choose()
    smoothing = st.session_state.get(f"compare_smoothing_{part}", USUAL_SMOOTHING[part])
    lines, missing = _lines(runs, metric, part, axis)
    named = f"{metric} on {'the validation images' if part == VALIDATION else 'training batches'}"
    with place:
        few = max((len(line.y) for line in lines), default=0) <= FEW
        figure = comparison_curves(
            lines, metric=metric, x_title=AXES[axis], smoothing=smoothing, log=log, has_marks=few and not smoothing
        )
        show_figure(figure, describe_comparison(lines, metric=named, x_title=AXES[axis]), key="compare_curves")
    for text, is_awaited in ((NO_CURVE_YET, True), (NO_CURVE, False)):
        letters = [LETTERS[place] for place in missing if _is_awaited(runs[place]) is is_awaited]
        if letters:
            st.caption(text.format(letters=", ".join(letters)))
    edited = [letter for letter, run in zip(LETTERS, runs, strict=False) if _is_of_another(run)]
    if edited:
        st.caption(OF_ANOTHER.format(letters=", ".join(edited)))


def _choose() -> tuple[Metric, str, Axis, bool]:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        metric = st.segmented_control(
            "Metric",
            get_args(Metric),
            default="accuracy",
            required=True,
            format_func=str.capitalize,
            key="compare_metric",
            help=ERROR_HELP,
            **KEPT,
        )
        part = st.segmented_control(
            "Measured on", [VALIDATION, TRAINING], default=VALIDATION, required=True, key="compare_measured", **KEPT
        )
        axis = st.segmented_control(
            "By",
            list(AXES),
            default="epoch",
            required=True,
            format_func=str.capitalize,
            key="compare_axis",
            help="A step is one batch. Time is the work that is in the net, without waiting and pauses",
            **KEPT,
        )
        st.slider("Smoothing", 0.0, 0.99, USUAL_SMOOTHING[part], 0.01, key=f"compare_smoothing_{part}", width=180)
        log = st.toggle("Log axis", key="compare_log", **KEPT)
    return metric, part, axis, log


def _lines(runs: Sequence[Run], metric: Metric, part: str, axis: Axis) -> tuple[list[Line], list[int]]:
    """The line of each run, and the places of those that have none."""
    lines, missing = [], []
    for place, (run, name) in enumerate(zip(runs, short_names_of(runs), strict=True)):
        curves, ends = _recorded(run.id, run_version(run))
        x, y = series(curves, metric, validation=part == VALIDATION)
        positions = on_axis(x, axis, run=run, ends=ends)
        if positions is None or not len(y):
            missing.append(place)
        else:
            lines.append(Line(place, name, positions, y))
    return lines, missing


@st.cache_data(show_spinner=False, max_entries=CACHE_ENTRIES)
def _recorded(run_id: str, version: str) -> tuple[Curves, list[float]]:  # noqa: ARG001  of the key
    store = services.store()
    return store.curves(run_id), store.epoch_ends(run_id)


def _is_awaited(run: Run) -> bool:
    """Whether its first epoch is still to end: after it, what is missing was never measured."""
    return not services.store().last_epoch(run.id) and may_still_end(run)


def _is_of_another(run: Run) -> bool:
    return not run.origin and has_curves_of_another(services.store(), run.id)
