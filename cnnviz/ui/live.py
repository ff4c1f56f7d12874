"""Following a run on a page: progress, curves, and an end to the polling when it is over."""

import time

import streamlit as st

from cnnviz.plots.curves import describe_curves, training_curves
from cnnviz.runs.records import Curves, Run, Status
from cnnviz.ui import services
from cnnviz.ui.figures import show_figure

LIVE_SECONDS = 0.4
WAITING_FOR_STARTER = "The net of this page is being trained on this machine, once. It takes less than a minute."


def show_progress_until_done(run: Run | None) -> None:
    """Progress of the Home page's first training."""
    st.info(WAITING_FOR_STARTER, icon=":material/model_training:")
    if run is not None and run.message:
        st.warning(run.message)
    st.fragment(_starter_progress, run_every=LIVE_SECONDS)(run.id if run else None)


def _starter_progress(run_id: str | None) -> None:
    if run_id is None:
        return
    run = services.store().get(run_id)
    show_progress(run)
    if run.metrics or not run.status.is_active:
        st.rerun()


def show_run(run_id: str) -> None:
    """Progress and curves of a run; they move by themselves while something still happens to it."""
    is_live = is_moving(services.store().get(run_id))
    st.fragment(_run_panel, run_every=LIVE_SECONDS if is_live else None)(run_id, is_live)


def is_moving(run: Run) -> bool:
    """Whether something is still to come: it is queued, runs, or its last results are on their way."""
    return run.status.is_active or (run.status is Status.STOPPED and services.engine().is_following(run.id))


def _run_panel(run_id: str, was_live: bool) -> None:
    run = services.store().get(run_id)
    show_progress(run)
    show_curves(services.store().curves(run_id), run)
    if was_live and not is_moving(run):
        st.rerun()


def show_curves(curves: Curves, run: Run) -> None:
    """Loss and accuracy side by side."""
    for column, metric in zip(st.columns(2), ("loss", "accuracy"), strict=True):
        with column:
            figure = training_curves(curves.points, curves.epochs, metric=metric, total_epochs=run.config.epochs)
            show_figure(figure, describe_curves(curves.epochs, metric=metric), key=f"{metric}-{run.id}")


def show_progress(run: Run) -> None:
    """Where a run stands, in words and as a bar."""
    if run.status is Status.QUEUED:
        st.progress(0.0, text=run.message or "Waiting for the worker")
    elif run.status is Status.RUNNING:
        st.progress(*_progress(run))
    elif run.status is Status.FINISHED:
        accuracy = f"{run.metrics['accuracy']:.1%}"
        st.success(f"Finished in {run.seconds:.0f} s: {accuracy} of the test images right.", icon=":material/check:")
    elif run.status is Status.STOPPED:
        st.info(run.message, icon=":material/stop_circle:")
    else:
        st.error(run.message, icon=":material/error:")


def _progress(run: Run) -> tuple[float, str]:
    """Share done, and words: epoch, batch, time left."""
    state = run.progress
    if "num_batches" not in state:
        return float(state.get("share", 0.0)), state.get("text", "Loading the data")
    done = (state["epoch"] - 1) * state["num_batches"] + state["batch"]
    total = run.config.epochs * state["num_batches"]
    words = f"Epoch {state['epoch']} of {run.config.epochs}, batch {state['batch']} of {state['num_batches']}"
    done_here = done - state["epochs_done"] * state["num_batches"]
    elapsed = time.time() - state["started"]
    if done_here > 0 and elapsed > 1:
        words += f", about {_duration(elapsed / done_here * (total - done))} left"
    return min(1.0, done / total), words


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
