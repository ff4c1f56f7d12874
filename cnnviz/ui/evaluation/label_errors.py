"""Labels that are probably wrong: what they are, what they are more likely, and the same training without them."""

from typing import Any

import numpy as np
import streamlit as st

from cnnviz.datasets.corrections import Correction, Part
from cnnviz.evaluation.accuracy import chance_text, guessing_accuracy, is_better_than_guessing, right_text
from cnnviz.evaluation.label_errors import LabelErrors, corrected_accuracy, label_errors
from cnnviz.evaluation.scores import TestPredictions
from cnnviz.runs.records import Run
from cnnviz.text.units import count_text, percent_text, probability_text
from cnnviz.ui.evaluation.folds import held_out_answers
from cnnviz.ui.evaluation.images import data_url
from cnnviz.ui.evaluation.retrain import places_as_read, show_retrain, training_images
from cnnviz.ui.shared.answers import test_images
from cnnviz.ui.shared.elements import KEPT

TEST, TRAINING = "Test images", "Training images"
LEAVE, FIX, DROP = "Leave", "Fix", "Drop"
MAX_ROWS = 60
ROW_HEIGHT = 56  # pixels
ENDING = " (labels corrected)"
LEAD = (
    "An image is listed where nets that have **not** learned from it are surer of another class than they usually are "
    "of images of that class (confident learning, Northcutt et al. 2021). Look at each: a rare but right example looks "
    "the same to a net as a wrong label."
)
NOT_BETTER = (
    "A net that is not shown to be better than guessing cannot tell doubtful labels from right ones. Train it longer, "
    "or choose another net."
)
NOTHING_FOUND = "No label stands out. Labels that are wrong in the same way throughout are not found like this."


def show_label_errors(run: Run, epoch: int | None, test: TestPredictions) -> None:
    """Let the visitor look at doubtful labels, of the test or of the training images, and correct them."""
    st.caption(LEAD)
    part = st.segmented_control(
        "Of which images", (TEST, TRAINING), default=TEST, required=True, key="label_errors_of", **KEPT
    )
    if part == TEST:
        _show(run, test, label_errors(test.probabilities, test.labels), "test", key=f"{run.id}-{epoch}")
        return
    answers = held_out_answers(run, test)
    if answers is not None:
        _show(run, answers, label_errors(answers.probabilities, answers.labels), "train", key=run.id)


def cannot_tell(answers: TestPredictions) -> str:
    """Say why answers cannot tell doubtful labels, if they are not better than guessing; else ""."""
    num_right = int((answers.probabilities.argmax(axis=1) == answers.labels).sum())
    metrics = {
        "accuracy": num_right / len(answers.labels),
        "guessing": guessing_accuracy(answers.labels),
        "num_test": len(answers.labels),
    }
    if is_better_than_guessing(metrics):
        return ""
    return f"{chance_text(metrics)}: {right_text(metrics, 'image')}. {NOT_BETTER}"


def _show(run: Run, answers: TestPredictions, found: LabelErrors, part: Part, *, key: str) -> None:
    if reason := cannot_tell(answers):
        st.warning(reason, icon=":material/casino:")
        return
    if len(found) == 0:
        st.info(NOTHING_FOUND, icon=":material/check:")
        return
    kind = "test image" if part == "test" else "training image"
    total = f"{count_text(len(found), 'label')} of {count_text(len(answers.labels), kind)} may be wrong."
    more = f" The {MAX_ROWS} most doubtful stand here." if len(found) > MAX_ROWS else ""
    st.markdown(f"**{total}**{more}")
    do = st.segmented_control(
        "Do with all", (LEAVE, FIX, DROP), default=LEAVE, required=True, key=f"label_errors_do_{part}"
    )
    choices = _table(run, answers, found, part, do, key=f"label-errors-{part}-{do}-{key}")
    wanted: dict[int, int | None] = {
        int(found.indices[row]): int(found.suggested[row]) if choice == FIX else None
        for row, choice in enumerate(choices)
        if choice != LEAVE
    }
    st.caption(_effect(answers, wanted, part))
    places = places_as_read(run, part, np.array(list(wanted), np.int64), len(answers.labels))
    corrections = [
        Correction(part, place, None if label is None else answers.classes[label])
        for place, label in zip(places, wanted.values(), strict=True)
    ]
    label = f"Train again with {count_text(len(corrections), 'correction')}" if corrections else "Train again"
    show_retrain(run, corrections, label=label, ending=ENDING, key=f"retrain-labels-{part}")


def _table(run: Run, answers: TestPredictions, found: LabelErrors, part: Part, do: str, *, key: str) -> list[str]:
    """Show the first images and what is done with each; returns the choices in the same order."""
    shown = found.indices[:MAX_ROWS].tolist()
    images = test_images(run, shown)[0] if part == "test" else training_images(run, answers, shown)
    rows: list[dict[str, Any]] = [
        {
            "Image": data_url(image),
            "Do": do,
            "Labelled": answers.classes[found.given[row]],
            "Probably": answers.classes[found.suggested[row]],
            "Sure of that": probability_text(float(found.doubt[row])),
            "Sure of the label": probability_text(float(found.trust[row])),
            "Number": int(shown[row]) + 1,
        }
        for row, image in enumerate(images)
    ]
    edited = st.data_editor(
        rows,
        key=key,
        hide_index=True,
        num_rows="fixed",
        row_height=ROW_HEIGHT,
        height="content" if len(rows) < 8 else 8 * ROW_HEIGHT,
        disabled=[name for name in rows[0] if name != "Do"],
        column_config={
            "Image": st.column_config.ImageColumn(width="small"),
            "Do": st.column_config.SelectboxColumn(options=[LEAVE, FIX, DROP], required=True, width="small"),
            "Sure of that": st.column_config.TextColumn(alignment="right"),
            "Sure of the label": st.column_config.TextColumn(alignment="right"),
            "Number": st.column_config.NumberColumn(help="Of the image among its like, from 1"),
        },
    )
    return [str(row["Do"]) for row in edited]


def _effect(answers: TestPredictions, wanted: dict[int, int | None], part: Part) -> str:
    if part == "train":
        return (
            "What correcting them is worth shows only after training anew, and best with several seeds of both: small "
            "differences are chance."
        )
    before = corrected_accuracy(answers.probabilities, answers.labels, {})
    if not wanted:
        return f"Accuracy as labelled: {percent_text(before, digits=2)}. Fix or drop images to see what that changes."
    after = corrected_accuracy(answers.probabilities, answers.labels, wanted)
    return (
        f"Accuracy as labelled: {percent_text(before, digits=2)}; with these {count_text(len(wanted), 'correction')}: "
        f"{percent_text(after, digits=2)}. This net chose the images, so that figure flatters it: only labels that you "
        "have looked at count."
    )
