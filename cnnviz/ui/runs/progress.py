"""How far a run is: a line of text, a bar, its newest metrics."""

from collections.abc import Sequence

import streamlit as st

from cnnviz.engine.trainings.queue import QueuePosition
from cnnviz.evaluation.accuracy import is_better_than_guessing, right_text
from cnnviz.runs.files import edited_after
from cnnviz.runs.records import Curves, Run, Status
from cnnviz.runs.timing import batches, comparison, elapsed, seconds_left
from cnnviz.text.markup import as_markdown
from cnnviz.text.units import NOTHING, duration_text, metric_text, percent_text, rough_duration_text
from cnnviz.training.fine_tuning import learning_text
from cnnviz.ui.app import services
from cnnviz.ui.app.messages import show_message
from cnnviz.ui.app.page_frame import page
from cnnviz.ui.session.visitor import is_there

EDITED = """Weights of this net were changed by hand, and it has not been trained since. The curves below are those of
the net it was made from. Its own are its weights and maps, and what it answers on the test images."""
EDITED_BEFORE = """Weights of this net were changed by hand after epoch {epoch}. Up to there the curves are those of
the net it was made from; what follows is its own."""

KINDS = {"keras": "a .keras file", "h5": "an .h5 file of Keras", "onnx": "an ONNX file"}
"""Origin of a net that was brought along -> in words."""


def show_progress(run: Run, position: QueuePosition | None = None, trouble: str = "") -> None:
    """One line on a run: waiting at its `position`, running with the time left, or how it ended; and any `trouble`."""
    if trouble:
        show_message(trouble, show=st.warning, icon=":material/hard_drive:")
    if run.status is Status.QUEUED:
        st.progress(0.0, text=as_markdown(waiting_text(run, position)))
    elif run.status is Status.RUNNING:
        share, words = _progress(run)
        st.progress(share, text=as_markdown(words))
    elif run.origin:
        st.info(not_trained_here(run), icon=":material/upload:")
    elif run.status is Status.FINISHED:
        _show_end(run)
    elif run.status is Status.STOPPED:
        st.info(as_markdown(f"{run.message} {comparison(run)}"), icon=":material/stop_circle:")
    else:
        show_message(run.message)


def has_curves_of_another(run: Run) -> bool:
    """Whether a net was changed by hand and not trained since, so that all its curves are those of another run."""
    edited = edited_after(services.store(), run.id)
    return edited > 0 and services.store().last_epoch(run.id) == edited


def show_edited(run: Run) -> None:
    """Say of a net that was changed by hand whose curves these are."""
    edited = edited_after(services.store(), run.id)
    if edited:
        st.info(EDITED if has_curves_of_another(run) else EDITED_BEFORE.format(epoch=edited), icon=":material/edit:")


def not_trained_here(run: Run) -> str:
    """Say of a net that was brought along where it comes from, and what it has answered."""
    said = f"This net was not trained here: it came in {KINDS.get(run.origin, 'a file')}, so it has no curves."
    if "accuracy" not in run.metrics:
        return f"{said} The Evaluation page lets it answer test images."
    return f"{said} {right_text(run.metrics)}."


def show_start(run: Run) -> None:
    """Say of a run that began with a net which one it was, and what of it has learned; nothing of other runs."""
    tuned = run.config.fine_tuning
    if tuned is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge("fine-tuned", icon=":material/tune:", color="violet")
        words = f"It began with the net {tuned.name}. {learning_text(run.architecture, run.config)}"
        st.caption(as_markdown(words), width="stretch")
        if is_there(tuned.run):
            st.page_link(page("inside"), label="Look inside that net", query_params={"run": tuned.run})


def show_metrics(run: Run, curves: Curves) -> None:
    """Show images a second and the newest loss and accuracy, of training and validation."""
    point, epoch = (rows[-1] if rows else {} for rows in (curves.points, curves.epochs))
    metrics = {
        "Images a second": _speed(run),
        "Training loss": metric_text(point.get("loss")),
        "Training accuracy": percent_text(point.get("accuracy"), digits=2),
        "Validation loss": metric_text(epoch.get("val_loss")),
        "Validation accuracy": percent_text(epoch.get("val_accuracy"), digits=2),
    }
    with st.container(horizontal=True):
        for label, text in metrics.items():
            with st.container(width="content", gap=None):
                st.caption(label)
                st.markdown(f"**{text}**")


def _show_end(run: Run) -> None:
    """What a finished run got right, with a tick only where that is more than guessing gets."""
    said = f"{right_text(run.metrics)}.{_time(run)}"
    if is_better_than_guessing(run.metrics):
        st.success(said, icon=":material/check:")
    else:
        st.warning(f"No better than guessing: {said}", icon=":material/casino:")


def _time(run: Run) -> str:
    """What it took, beside what was predicted if something was; a net that was changed by hand took no training."""
    if has_curves_of_another(run):
        return ""
    return f" {comparison(run) or f'It took {duration_text(run.seconds)}.'}" if run.seconds else ""


def show_notes(notes: Sequence[str]) -> None:
    """Show the notes of a data set: what was left out and decided when its images were read."""
    if notes:
        with st.expander("Notes on how the images were read", icon=":material/hide_image:"):
            st.markdown("\n".join(f"- {as_markdown(note)}" for note in notes))


def _progress(run: Run) -> tuple[float, str]:
    """Share done, and words: epoch, batch, time left."""
    state = run.progress
    if not state.has_begun:
        return state.share, state.text
    done, total = batches(run)
    words = f"Epoch {state.epoch} of {run.config.epochs}, batch {state.batch} of {state.num_batches}"
    left = seconds_left(run)
    if state.paused:
        words += ", paused"
    elif left is not None:
        words += f", about {rough_duration_text(left)} left"
    return min(1.0, max(0.0, done / total)), words


def waiting_text(run: Run, position: QueuePosition | None) -> str:
    """What comes before a run, after why it waits again if it has run before."""
    if position is None or position.num_before == 0:
        words = "Waiting for a worker"
    else:
        others = "1 training" if position.num_before == 1 else f"{position.num_before} trainings"
        words = f"Waiting: {others} before yours"
        words += "" if position.seconds is None else f", about {rough_duration_text(position.seconds)}"
    return f"{run.message} {words}".strip()


def _speed(run: Run) -> str:
    state = run.progress
    if state.seen is None or elapsed(run) <= 0:
        return NOTHING
    done = batches(run)[0] - state.epochs_done * state.num_batches
    return f"{done * run.config.batch_size / elapsed(run):,.0f}"
