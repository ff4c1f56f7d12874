"""How far a run is or how it ended, in a line, and what is said of a net that was changed by hand."""

from collections.abc import Sequence

import streamlit as st

from cnnviz.datasets.corrections import HELD_OUT_IMAGE, corrections_text
from cnnviz.engine.trainings.progress_text import progress, waiting_text
from cnnviz.evaluation.accuracy import chance_text, is_better_than_guessing, reached_text
from cnnviz.runs.files import edited_after, has_curves_of_another
from cnnviz.runs.findings import findings
from cnnviz.runs.missing import RESULTS_LOST
from cnnviz.runs.records import Run, Status
from cnnviz.runs.timing import comparison
from cnnviz.text.markup import as_markdown
from cnnviz.text.units import duration_text
from cnnviz.training.diagnosis.finding import Finding
from cnnviz.training.fine_tuning import learning_text
from cnnviz.ui.app import services
from cnnviz.ui.app.messages import show_message
from cnnviz.ui.app.page_frame import page
from cnnviz.ui.session.visitor import is_there

EDITED = """Weights of this net were changed by hand, and it has not been trained since. The curves below are those of
the net it was made from. Its own are its weights and maps, and what it answers on the test images."""
EDITED_BEFORE = """Weights of this net were changed by hand after epoch {epoch}. Up to there the curves are those of
the net it was made from; what follows is its own."""

PICKED_ON_TEST = """These test images chose that epoch, so the accuracy is a little too good: a validation share would
choose fairly."""

HELD_OUT = (
    "This net has learned without part {} of {} of its training images and was tested on that part, to tell labels "
    "that may be wrong. It stands in no list, and its accuracy cannot be set beside that of a net with test images."
)
TEST_IMAGE = "test image"

KINDS = {"keras": "a .keras file", "h5": "an .h5 file of Keras", "onnx": "an ONNX file"}
"""Origin of a net that was brought along -> in words."""


def show_progress(run: Run) -> None:
    """One line on a run: waiting, at work with the time left, paused, or how it ended."""
    if run.status.is_active or run.status is Status.PAUSED:
        share, words = progress(run)
        if run.status is Status.QUEUED:
            words = waiting_text(run, services.engine().queue_position(run.id))
        st.progress(share, text=as_markdown(words))
    else:
        show_ended(run)


def show_ended(run: Run) -> None:
    """One line on how a run ended."""
    if run.origin:
        st.info(not_trained_here(run), icon=":material/upload:")
    elif run.status is Status.FINISHED:
        _show_end(run)
    elif run.status is Status.STOPPED:
        st.info(as_markdown(_stopped_text(run)), icon=":material/stop_circle:")
    else:
        show_message(_failed_text(run))


def show_edited(run: Run) -> None:
    """Say of a net that was changed by hand whose curves these are."""
    edited = edited_after(services.store(), run.id)
    if edited:
        st.info(
            EDITED if has_curves_of_another(services.store(), run.id) else EDITED_BEFORE.format(epoch=edited),
            icon=":material/edit:",
        )


def not_trained_here(run: Run) -> str:
    """Say of a net that was brought along where it comes from, and what it has answered."""
    said = f"This net was not trained here: it came in {KINDS.get(run.origin, 'a file')}, so it has no curves."
    if "accuracy" not in run.metrics:
        return f"{said} The Evaluation page lets it answer test images."
    return f"{said} {reached_text(run.metrics)}."


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


def show_changed_images(run: Run) -> None:
    """Say of a run whose images are not those of its set as it is read which ones were held out, or corrected."""
    if run.config.fold is not None:
        number, count = run.config.fold
        st.markdown(f":orange-badge[:material/content_cut: held-out part] :small[{HELD_OUT.format(number + 1, count)}]")
    if run.config.corrections:
        said = corrections_text(run.config.corrections)
        st.markdown(f":blue-badge[:material/edit_note: corrected images] :small[{said}.]")


def _right(run: Run) -> str:
    return reached_text(run.metrics, HELD_OUT_IMAGE if run.config.fold else TEST_IMAGE)


def _stopped_text(run: Run) -> str:
    """What the net of a run that ended early gets right, why it ended, and of which epoch it is."""
    right = f"{_right(run)}." if "accuracy" in run.metrics else ""
    is_picked = run.net_epoch is not None and not run.facts.num_validation
    return " ".join(filter(None, (right, run.message, PICKED_ON_TEST if is_picked else "", comparison(run))))


def _failed_text(run: Run) -> str:
    """Why a run has failed; of one that has diverged what the diagnosis says, which knows what to try."""
    cause = None if run.progress.divergence is None else _cause(run)
    return run.message if cause is None else cause.text


def _cause(run: Run) -> Finding | None:
    """What the diagnosis says first of a run that has ended."""
    curves = services.store().curves(run.id)
    return next(iter(findings(services.store(), run, curves.points, curves.epochs)), None)


def _show_end(run: Run) -> None:
    """What a finished run got right, with a tick only where that is more than guessing gets and nothing went wrong."""
    if run.has_lost_results:
        st.warning(f"{RESULTS_LOST.format('This training')}{_time(run)}", icon=":material/broken_image:")
        return
    said = f"{_right(run)}.{_time(run)}"
    if is_better_than_guessing(run.metrics):
        cause = _cause(run)
        if cause is None or cause.kind == "well":
            st.success(said, icon=":material/check:")
        else:
            st.info(said, icon=":material/flag:")
    else:
        st.warning(f"{chance_text(run.metrics)}: {said}", icon=":material/casino:")


def _time(run: Run) -> str:
    """What it took, beside what was predicted if something was; a net that was changed by hand took no training."""
    if has_curves_of_another(services.store(), run.id):
        return ""
    return f" {comparison(run) or f'It took {duration_text(run.seconds)}.'}" if run.seconds else ""


def show_notes(notes: Sequence[str]) -> None:
    """Show the notes of a data set: what was left out and decided when its images were read."""
    if notes:
        with st.expander("Notes on how the images were read", icon=":material/hide_image:"):
            st.markdown("\n".join(f"- {as_markdown(note)}" for note in notes))
