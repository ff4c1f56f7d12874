"""How far a run is or how it ended, in a line, and what is said of a net that was changed by hand."""

from collections.abc import Sequence

import streamlit as st

from cnnviz.engine.trainings.progress_text import progress, waiting_text
from cnnviz.runs.files import edited_after
from cnnviz.runs.records import Run, Status
from cnnviz.runs.timing import comparison
from cnnviz.text.markup import as_markdown
from cnnviz.text.units import duration_text, percent_text
from cnnviz.ui.app import services
from cnnviz.ui.app.messages import show_message

EDITED = """Weights of this net were changed by hand, and it has not been trained since. The curves below are those of
the net it was made from. Its own are its weights and maps, and what it answers on the test images."""
EDITED_BEFORE = """Weights of this net were changed by hand after epoch {epoch}. Up to there the curves are those of
the net it was made from; what follows is its own."""

KINDS = {"keras": "a .keras file", "h5": "an .h5 file of Keras", "onnx": "an ONNX file"}
"""Origin of a net that was brought along -> in words."""


def show_progress(run: Run) -> None:
    """One line on a run: waiting, at work with the time left, or how it ended."""
    if run.status.is_active:
        is_queued = run.status is Status.QUEUED
        share, words = (0.0, waiting_text(run, None)) if is_queued else progress(run)
        st.progress(share, text=as_markdown(words))
    else:
        show_ended(run)


def show_ended(run: Run) -> None:
    """One line on how a run ended."""
    if run.origin:
        st.info(not_trained_here(run), icon=":material/upload:")
    elif run.status is Status.FINISHED:
        accuracy = percent_text(run.metrics.get("accuracy"), digits=1)
        st.success(f"{accuracy} of the test images right.{_time(run)}", icon=":material/check:")
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
    return f"{said} {percent_text(run.metrics['accuracy'], digits=1)} of {run.facts.num_test:,} test images right."


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
