"""Accuracy against what a net costs: which run no other one beats at no higher cost."""

from collections.abc import Sequence

import streamlit as st

from cnnviz.plots.comparison import LETTERS
from cnnviz.plots.comparison_costs import Mark, cost_figure, describe_costs
from cnnviz.runs.comparison import images_tested_on
from cnnviz.runs.pareto import COSTS, Cost, Point, dominator, front, point_of
from cnnviz.runs.records import Run
from cnnviz.text.markup import as_markdown
from cnnviz.ui.compare.chosen import short_names_of
from cnnviz.ui.inputs.run_picker import title
from cnnviz.ui.session.visitor import listed_runs
from cnnviz.ui.shared.elements import KEPT, show_figure

NOT_KNOWN = "{letters}: its accuracy or this cost is not known."
MEANING = "The dotted line is Pareto's front: the runs on it are beaten by none that costs as much or less."
HOLLOW = "Hollow marks are of runs with other test images than A, which cannot be set against it."
USUAL_LOG = ("Parameters", "MACs", "Size")


def show_costs(runs: Sequence[Run]) -> None:
    """Show accuracy against a cost that the visitor chooses, and say which runs others dominate."""
    place = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        name = st.segmented_control(
            "Cost", list(COSTS), default=next(iter(COSTS)), required=True, key="compare_cost", **KEPT
        )
        log = st.toggle("Log axis", value=name in USUAL_LOG, key=f"compare_cost_log_{name}")
        with_others = st.toggle("All other runs of these images", value=True, key="compare_others", **KEPT)
    cost = COSTS[name]
    points, images = [point_of(run, cost) for run in runs], images_tested_on(runs[0])
    marks = [
        Mark(number, run_name, point, images_tested_on(run) == images)
        for number, (run, run_name, point) in enumerate(zip(runs, short_names_of(runs), points, strict=True))
        if point is not None
    ]
    comparable = [mark for mark in marks if mark.is_comparable]
    pale = _others(runs, cost) if with_others else []
    with place:
        st.markdown(dominated_text(comparable, pale))
        everything = [*(mark.point for mark in comparable), *(point for _, point in pale)]
        best = [everything[position] for position in front(everything)]
        show_figure(
            cost_figure(marks, pale, best, cost=cost, log=log), describe_costs(marks, cost=cost), key="compare_costs"
        )
    missing = [LETTERS[number] for number, point in enumerate(points) if point is None]
    if missing:
        st.caption(NOT_KNOWN.format(letters=", ".join(missing)))
    st.caption(MEANING if len(comparable) == len(marks) else f"{MEANING} {HOLLOW}")


def _others(runs: Sequence[Run], cost: Cost) -> list[tuple[str, Point]]:
    """The other listed runs that were tested on the images of the first one."""
    chosen = {run.id for run in runs}
    return [
        (title(run), point)
        for run in listed_runs()
        if run.id not in chosen and images_tested_on(run) == images_tested_on(runs[0])
        if (point := point_of(run, cost)) is not None
    ]


def dominated_text(marks: Sequence[Mark], others: Sequence[tuple[str, Point]] = ()) -> str:
    """Name the runs that another one dominates, and that one: of the comparison, else of `others` that are drawn."""
    points = [mark.point for mark in marks]
    said = []
    for mark in marks:
        if (by := dominator(mark.point, points)) is not None:
            name = f"**{LETTERS[marks[by].place]}**"
            said.append(f"**{LETTERS[mark.place]}** is dominated by {name}, {_why(mark.point, points[by])}.")
        elif (by := dominator(mark.point, [point for _, point in others])) is not None:
            name, why = as_markdown(others[by][0]), _why(mark.point, others[by][1])
            said.append(f"**{LETTERS[mark.place]}** is dominated by another run, {name}, {why}.")
    if said:
        return " ".join(said)
    if not others:
        return "None of those compared here is dominated by another of them." if len(marks) > 1 else ""
    return f"{'None of those compared here is' if len(marks) > 1 else 'It is not'} dominated by any run that is drawn."


def _why(point: Point, by: Point) -> str:
    accuracy = "as accurate" if by.accuracy == point.accuracy else "more accurate"
    return f"which is {accuracy} at {'the same' if by.cost == point.cost else 'a lower'} cost"
