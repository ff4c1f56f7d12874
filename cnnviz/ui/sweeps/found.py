"""What a sweep has found: the best net, said honestly, one training with its links, and all of them in a table."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from cnnviz.evaluation.accuracy import right_text
from cnnviz.evaluation.measures import ACCURACY, METRICS
from cnnviz.runs.records import Status
from cnnviz.runs.seed_scores import Reached
from cnnviz.runs.sweep_records import DELETED, PointState, SweepState, SweepStatus
from cnnviz.runs.sweep_results import Cell, cells, data_text, ranked, winner_text
from cnnviz.runs.sweeps import planned_point, reached_by
from cnnviz.text.markup import as_markdown, as_name
from cnnviz.text.units import NOTHING, count_text, duration_text
from cnnviz.training.folds import FOLDS_KIND
from cnnviz.training.sweep import DATA_KIND
from cnnviz.training.sweep_settings import title_of, value_text
from cnnviz.ui.app import services
from cnnviz.ui.app.page_frame import page
from cnnviz.ui.compare.chosen import MOST
from cnnviz.ui.compare.chosen import NAME as COMPARED
from cnnviz.ui.runs.again import take_as_own
from cnnviz.ui.shared.elements import percent, percent_column
from cnnviz.ui.training.form_values import fill_as

OPTIMISM = "It was chosen among {number} by these same test images, so its result is a little too good."
WINNER_HELP = "Its settings are put into the form of the Training page, too"
MAX_FAILURES, CACHE_ENTRIES = 3, 512
OPENED, PICKED, ROWS = "sweep_net_opened", "sweep_picked", "sweep_rows"
"""Keys of the session: whether the winner was opened just now, the run that was clicked, and the table."""
LINKS = {"training": "Its curves", "inside": "Look inside", "evaluation": "What it confuses"}


def show_found(state: SweepState, metric: str) -> None:
    """Say which point is best, whether that is more than chance, and let its net be opened.

    Nets that answer for parts of the training images are not compared: each was tested on other images.
    """
    if state.kind == FOLDS_KIND:
        _show_failures(state.points)
        return
    found = cells(state, metric)
    is_finished = state.status is SweepStatus.FINISHED
    order = ranked(found)
    said = data_text(found, is_finished=is_finished, reached_of=_reached_of) if state.kind == DATA_KIND else ""
    text = said or winner_text(found, is_finished=is_finished, reached_of=_reached_of)
    if text:
        with st.container(horizontal=True, vertical_alignment="center", key="sweep_winner"):
            st.markdown(as_markdown(text), width="stretch")
            if state.kind != DATA_KIND:
                st.button(
                    "Open the winner in Architecture",
                    icon=":material/account_tree:",
                    key=f"sweep-open-{state.id}",
                    help=WINNER_HELP,
                    on_click=_take_net,
                    args=(state.id, order[0]),
                )
            _lead_to_compare(order)
        if state.kind != DATA_KIND and len(order) > 2:
            st.caption(OPTIMISM.format(number=len(order)))
    if st.session_state.pop(OPENED, False):
        st.switch_page(page("architecture"))
    _show_failures(state.points)


def _lead_to_compare(order: Sequence[Cell]) -> None:
    """Link to the best few beside each other; all their seeds come along there."""
    best = [cell.scored[0].run_id for cell in order[:MOST]]
    if len(best) > 1:
        query = {COMPARED: ",".join(best)}
        label = f"Compare {'both' if len(order) == 2 else f'the best {len(best)}' if len(order) > MOST else 'these'}"
        st.page_link(page("compare"), label=label, icon=":material/compare_arrows:", query_params=query)


def _reached_of(point: PointState, metric: str) -> Reached:
    return _cached_reached((point.run_id, point.status, point.seconds, metric, point.metrics[metric]), point)


@st.cache_data(show_spinner=False, max_entries=CACHE_ENTRIES)
def _cached_reached(key: tuple[str, str, float, str, float], _point: PointState) -> Reached:
    return reached_by(services.store(), _point, key[3])


def _take_net(sweep_id: str, best: Cell) -> None:
    point = planned_point(services.store(), sweep_id, best.points[0].position)
    fill_as(point.config)
    take_as_own(point.architecture, words=f"The winner of a sweep: {best.name}")
    st.session_state[OPENED] = True


def _show_failures(points: Sequence[PointState]) -> None:
    failed = [point for point in points if point.status == Status.FAILED]
    if not failed:
        return
    told = "; ".join(f"{as_name(point.name)}: {point.message.rstrip('.')}" for point in failed[:MAX_FAILURES])
    more = f" And {len(failed) - MAX_FAILURES} more." if len(failed) > MAX_FAILURES else ""
    verb = "has" if len(failed) == 1 else "have"
    text = f"{count_text(len(failed), 'training')} {verb} failed; the sweep went on. {told}.{more}"
    st.warning(as_markdown(text), icon=":material/warning:")


def show_training(state: SweepState, picked: str, metric: str) -> None:
    """Show the training that was clicked, else the one that runs, with the ways to look at it closer.

    It is compared with the best one by a metric.
    """
    by_run = {point.run_id: point for point in state.points if point.run_id and point.status != DELETED}
    point = by_run.get(picked) or state.current
    if point is None:
        st.caption("Click a mark of the plot, or a row below, to look at that training.")
        return
    with st.container(horizontal=True, vertical_alignment="center", key="sweep_training"):
        seconds = f", {duration_text(point.seconds)}" if point.has_result else ""
        reached = _reached_text(point, metric) if point.has_result else point.status
        st.markdown(f"**{as_markdown(point.name)}**: {as_markdown(reached)}{seconds}", width="stretch")
        for name, label in LINKS.items():
            if name == "training" or point.has_result:
                st.page_link(page(name), label=label, query_params={"run": point.run_id})
        best = [cell.scored[0].run_id for cell in ranked(cells(state, metric))[:1] if point not in cell.points]
        if point.has_result and best and state.kind != FOLDS_KIND:
            query = {COMPARED: f"{best[0]},{point.run_id}"}
            st.page_link(page("compare"), label="Compare it with the best", query_params=query)


def _reached_text(point: PointState, metric: str) -> str:
    """What a training has reached, the metric by which the page ranks first."""
    right = right_text(point.metrics)
    measure = METRICS[metric]
    is_other = metric != ACCURACY and metric in point.metrics
    return f"{measure.words} {measure.text(point.metrics[metric])}; {right}" if is_other else right


def show_trainings(state: SweepState, metric: str) -> None:
    """Show a table of all trainings in the order of the plan; a row that is chosen is shown above.

    The metric by which they are ranked is the first of the results.
    """
    rows = [_row(point, metric) for point in state.points]
    share, number = percent_column(), st.column_config.NumberColumn(format="%.4f")
    columns = {
        **{measure.title: share if measure.is_share else number for measure in METRICS.values()},
        "Parameters": st.column_config.NumberColumn(format="localized"),
        "Seconds": st.column_config.NumberColumn(format="%.1f"),
    }
    st.dataframe(
        rows,
        hide_index=True,
        on_select=lambda: _pick_row(state),
        selection_mode="single-row",
        key=ROWS,
        placeholder=NOTHING,
        column_config=columns,
    )


def _pick_row(state: SweepState) -> None:
    rows = st.session_state[ROWS].selection.rows
    if rows and rows[0] < len(state.points) and state.points[rows[0]].run_id:
        st.session_state[PICKED] = state.points[rows[0]].run_id


def _row(point: PointState, metric: str) -> dict[str, Any]:
    metrics = point.metrics if point.has_result else {}
    shown = dict.fromkeys([metric, ACCURACY, *(name for name in ("correlation", "mse") if name in metrics)])
    return {
        **{title_of(name): value_text(name, value) for name, value in point.values.items()},
        "Status": point.status,
        **{METRICS[name].title: _in_table(name, metrics.get(name)) for name in shown},
        "Parameters": metrics.get("params"),
        "Seconds": point.seconds or None,
    }


def _in_table(metric: str, value: float | None) -> float | None:
    return percent(value) if METRICS[metric].is_share else value
