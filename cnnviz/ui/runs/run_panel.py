"""Progress, curves and findings of a run, redrawn while it trains."""

from dataclasses import dataclass
from typing import Literal

import streamlit as st

from cnnviz.plots.curves import Metric, describe_curves, training_curves
from cnnviz.plots.training import describe_schedule, schedule_curve
from cnnviz.runs.records import Curves, Run, Status
from cnnviz.text.markup import as_markdown
from cnnviz.training.diagnosis.rules import diagnose
from cnnviz.training.loop.schedule import planned_rates
from cnnviz.ui.app import services
from cnnviz.ui.runs.progress import (
    has_curves_of_another,
    show_edited,
    show_metrics,
    show_notes,
    show_progress,
    show_start,
)
from cnnviz.ui.session.visitor import shown_run
from cnnviz.ui.shared.answers import dataset_facts
from cnnviz.ui.shared.elements import KEPT, follow, show_figure

Curve = Metric | Literal["learning rate"]

METRICS: tuple[Curve, ...] = ("loss", "accuracy", "precision", "recall", "learning rate")
ONE_OUTPUT_METRICS: tuple[Curve, ...] = (
    "loss",
    "accuracy",
    "mse",
    "correlation",
    "precision",
    "recall",
    "learning rate",
)
LABELS: dict[Curve, str] = {"mse": "squared error"}
MEANING = """The thin line is single batches. A point of "training" is the mean over an epoch, while the net still
learned; "validation" is measured at its end: so it may lie better than training at first."""


@dataclass(frozen=True)
class CurveOptions:
    """Metrics in their order, smoothing 0 to below 1, logarithmic axes, the crossing marked."""

    metrics: tuple[Curve, ...] = ("loss", "accuracy")
    smoothing: float = 0.0
    log: bool = False
    mark_crossing: bool = False


def show_run(run_id: str, *, in_a_row: int = 2) -> None:
    """Progress and curves of a run, so many in a row; they move by themselves while something still happens to it."""
    run = shown_run(run_id)
    if run.origin:
        show_progress(run)
        return
    is_live = is_moving(run)
    held_after = services.store().last_epoch(run_id) if run.progress.paused else None
    follow(_run_panel, is_live=is_live)(run_id, is_live, held_after, in_a_row)


def is_moving(run: Run) -> bool:
    """Whether something is still to come: it is queued, runs, is rewound, or its last results are on their way."""
    return run.status.is_active or services.engine().is_following(run.id)


def _run_panel(run_id: str, was_live: bool, held_after: int | None, in_a_row: int) -> None:
    run = shown_run(run_id)
    curves = services.store().curves(run_id)
    show_progress(run, services.engine().queue_position(run_id), services.engine().trouble(run_id))
    show_edited(run)
    show_start(run)
    is_own = not has_curves_of_another(run)
    if is_own:
        show_metrics(run, curves)
    show_notes(run.facts.notes)
    show_curves(curves, run, _choose_curves(one_output=_has_one_output(curves)), in_a_row=in_a_row)
    if is_own:
        _show_findings(curves, run)
    goes_on = held_after is not None and not (run.progress.paused and len(curves.epochs) == held_after)
    if was_live and (goes_on or not is_moving(run)):
        st.rerun()  # what a finished run has, or what follows it again now that it goes on


def _has_one_output(curves: Curves) -> bool:
    return any("correlation" in row for row in curves.epochs[-1:])


def _choose_curves(*, one_output: bool) -> CurveOptions:
    """Controls above the curves; they draw anew what is recorded, nothing is trained again.

    A net with one output has a squared error and a correlation with the labels, too.
    """
    offered = ONE_OUTPUT_METRICS if one_output else METRICS
    with st.container(horizontal=True, vertical_alignment="bottom"):
        metrics = st.pills(
            "Curves",
            offered,
            selection_mode="multi",
            format_func=lambda metric: LABELS.get(metric, metric),
            default=["loss", "accuracy"],
            key="curve_metrics_one" if one_output else "curve_metrics",
            wrap=True,
            label_visibility="collapsed",
            **KEPT,
        )
        with st.popover("Options", icon=":material/tune:", key="curve_options"):
            st.caption(MEANING)
            smoothing = st.slider(
                "Smoothing", 0.0, 0.99, 0.0, key="curve_smoothing", help="Weight of the past batches", **KEPT
            )
            log = st.toggle("Logarithmic axes", key="curve_log", help="Not of shares: they go from 0 to 100%", **KEPT)
            crossing = st.toggle(
                "Mark where training and validation cross",
                key="curve_crossing",
                help="From there on a net learns its training images more than what they have in common",
                **KEPT,
            )
    return CurveOptions(tuple(metric for metric in offered if metric in metrics), smoothing, log, crossing)


def show_curves(curves: Curves, run: Run, options: CurveOptions, *, in_a_row: int = 2) -> None:
    """The chosen curves."""
    for start in range(0, len(options.metrics), in_a_row):
        for column, metric in zip(st.columns(in_a_row), options.metrics[start : start + in_a_row], strict=False):
            with column:
                _show_curve(metric, curves, run, options)


def _show_curve(metric: Curve, curves: Curves, run: Run, options: CurveOptions) -> None:
    if metric == "learning rate":
        rates = planned_rates(run.config, max(1, run.progress.num_batches))
        figure = schedule_curve(rates, run.config.epochs, points=curves.points, log=options.log)
        words = describe_schedule(rates, run.config.epochs)
    else:
        figure = training_curves(
            curves.points,
            curves.epochs,
            metric=metric,
            smoothing=options.smoothing,
            log=options.log,
            total_epochs=run.config.epochs,
            mark_crossing=options.mark_crossing,
        )
        words = describe_curves(curves.epochs, metric=metric)
    show_figure(figure, words, key=f"{metric}-{run.id}")


def _show_findings(curves: Curves, run: Run) -> None:
    """Show the findings of the diagnosis: what is wrong, the evidence, what to try."""
    facts = dataset_facts(run)
    if not facts.classes:  # of an older version, and its images are gone: the curves still stand
        return
    found = diagnose(
        curves.points,
        curves.epochs,
        config=run.config,
        classes=facts.classes,
        num_train=facts.num_train,
        divergence=run.progress.divergence if run.status is Status.FAILED else None,
        architecture=run.architecture,
    )
    for finding in found:
        said = as_markdown(f"{finding.evidence} {finding.advice}")
        st.warning(f"**{as_markdown(finding.title)}.** {said}", icon=":material/stethoscope:")
