"""Following a run on a page: progress, figures, curves, what is wrong with it; moving until nothing more comes."""

import streamlit as st

from cnnviz.plots.curves import describe_curves, training_curves
from cnnviz.plots.training import describe_schedule, schedule_curve
from cnnviz.runs.records import Curves, Run, Status
from cnnviz.training.diagnosis.rules import diagnose
from cnnviz.training.loop.schedule import planned_rates
from cnnviz.ui.app import services
from cnnviz.ui.runs.curve_options import CurveOptions, choose_curves
from cnnviz.ui.runs.progress import show_figures, show_notes, show_progress
from cnnviz.ui.shared.answers import dataset_facts
from cnnviz.ui.shared.figures import show_figure
from cnnviz.ui.shared.live_fragment import follow


def show_run(run_id: str) -> None:
    """Progress and curves of a run; they move by themselves while something still happens to it."""
    is_live = is_moving(services.store().get(run_id))
    follow(_run_panel, is_live=is_live)(run_id, is_live)


def is_moving(run: Run) -> bool:
    """Whether something is still to come: it is queued, runs, is rewound, or its last results are on their way."""
    return run.status.is_active or services.engine().is_following(run.id)


def _run_panel(run_id: str, was_live: bool) -> None:
    run = services.store().get(run_id)
    curves = services.store().curves(run_id)
    show_progress(run, services.engine().queue_position(run_id), services.engine().trouble(run_id))
    show_figures(run, curves)
    show_notes(run.facts.notes)
    show_curves(curves, run, choose_curves(one_output=_has_one_output(curves)))
    show_findings(curves, run)
    if was_live and not is_moving(run):
        st.rerun()  # the rest of the page shows what a finished run has


def _has_one_output(curves: Curves) -> bool:
    return any("correlation" in row for row in curves.epochs[-1:])


def show_curves(curves: Curves, run: Run, options: CurveOptions) -> None:
    """The chosen curves, two in a row."""
    for start in range(0, len(options.metrics), 2):
        for column, metric in zip(st.columns(2), options.metrics[start : start + 2], strict=False):
            with column:
                _show_curve(metric, curves, run, options)


def _show_curve(metric: str, curves: Curves, run: Run, options: CurveOptions) -> None:
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


def show_findings(curves: Curves, run: Run) -> None:
    """Each thing that is wrong with a training: what, what shows it, what to try."""
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
    )
    for finding in found:
        st.warning(f"**{finding.title}.** {finding.evidence} {finding.advice}", icon=":material/stethoscope:")
