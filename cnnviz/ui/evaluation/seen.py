"""Test images that stand among the training images too: what they do to the accuracy, and training without them."""

import numpy as np
import streamlit as st

from cnnviz.architecture.analysis.analyze import analyze
from cnnviz.datasets.corrections import Correction
from cnnviz.datasets.statistics.seen import SeenImages
from cnnviz.evaluation.accuracy import accuracy_interval
from cnnviz.evaluation.scores import TestPredictions
from cnnviz.runs.records import Run
from cnnviz.text.markup import as_markdown
from cnnviz.text.units import NOTHING, count_text, part_text, percent_text
from cnnviz.ui.evaluation.retrain import (
    BROUGHT_ALONG,
    places_as_read,
    show_retrain,
    training_images,
    training_part,
)
from cnnviz.ui.shared.answers import net_version, require_images, run_answer, test_images
from cnnviz.ui.shared.elements import show_image

LEAD = (
    "A net may remember an image that it has learned from instead of recognising it: its copy in the test part then "
    "says nothing. Looked for are exact and nearly equal images (by a hash), and shifted or mirrored ones among those "
    "that the net takes for alike (by its features)."
)
MACS = 200_000_000_000  # that looking may take on a processor: some ten seconds
FEWEST, MOST = 500, 20_000  # training images that the net is asked about
MAX_PAIRS = 12
WIDTH = 72  # pixels of a picture
ENDING = " (without copies)"


def show_seen(run: Run, test: TestPredictions) -> None:
    """Show the test images that have a copy among the training images, searched for on demand."""
    st.caption(LEAD)
    if run.origin:
        st.info(BROUGHT_ALONG + " What it has learned from is not known here.", icon=":material/info:")
        return
    require_images(run)
    key = f"seen-{run.id}-{net_version(run)}"
    if st.button("Look for copies", icon=":material/content_copy:"):
        st.session_state[key] = True
    if not st.session_state.get(key):
        return
    found = _found(run, test)
    if len(found) == 0:
        st.info(
            f"None of {count_text(found.num_test, 'test image')} was found among {found.num_train:,} to learn from.",
            icon=":material/check:",
        )
        return
    st.markdown(f"**{seen_text(found)}**")
    _show_accuracies(test, found)
    _show_pairs(run, test, found)
    places = places_as_read(run, "train", found.copies, found.num_train)
    label = f"Train again without {count_text(len(places), 'training image')}"
    show_retrain(run, [Correction("train", place, None) for place in places], label=label, ending=ENDING, key="unseen")


def _found(run: Run, test: TestPredictions) -> SeenImages:
    images = training_part(run, test)
    macs = max(1, analyze(run.architecture).totals.macs)
    most = int(np.clip(MACS // macs, FEWEST, MOST))
    return run_answer(
        run,
        "seen_test_images",
        spinner="Comparing test and training images",
        tested_on=images.dataset,
        options=images.options,
        most=most,
    )


def seen_text(found: SeenImages) -> str:
    """Say how many test images have a copy to learn from, and of which kind those are."""
    share = percent_text(len(found) / found.num_test, digits=1)
    said = f"{count_text(len(found), 'test image')} ({share} of {found.num_test:,}) stand in the training part, too"
    exact, other = int(found.is_exact.sum()), int(found.is_relabelled.sum())
    return f"{said}: {exact:,} exactly, {len(found) - exact:,} nearly; {other:,} with another label."


def accuracy_parts(test: TestPredictions, seen: np.ndarray) -> list[dict[str, object]]:
    """Accuracy on all test images, on those without `seen` (positions), and on those alone, each with its interval."""
    is_right = test.probabilities.argmax(axis=1) == test.labels
    is_seen = np.zeros(len(is_right), bool)
    is_seen[seen] = True
    rows: list[dict[str, object]] = []
    for name, chosen in (("All", np.ones_like(is_seen)), ("Never seen", ~is_seen), ("Seen", is_seen)):
        number = int(chosen.sum())
        share = float(is_right[chosen].mean()) if number else np.nan
        interval = [percent_text(end, digits=1) for end in accuracy_interval(share, number)] if number else []
        rows.append(
            {
                "Test images": name,
                "Number": number,
                "Accuracy": part_text(share) if number else NOTHING,
                f"{percent_text(0.95)} interval": " to ".join(interval) or NOTHING,
            }
        )
    return rows


def _show_accuracies(test: TestPredictions, found: SeenImages) -> None:
    st.dataframe(accuracy_parts(test, found.test), hide_index=True)
    st.caption(
        "The honest figure is that of the images that were never seen. Those that were may also be easy or hard ones: "
        "what the copies truly did shows a training without them."
    )


def _show_pairs(run: Run, test: TestPredictions, found: SeenImages) -> None:
    shown = slice(0, MAX_PAIRS)
    tested = test_images(run, found.test[shown].tolist())[0]
    trained = training_images(run, test, found.train[shown].tolist())
    labels = test.labels[found.test[shown]]
    said = test.probabilities[found.test[shown]].argmax(axis=1)
    with st.container(horizontal=True, gap="medium"):
        for row, (left, right) in enumerate(zip(tested, trained, strict=True)):
            with st.container(width="content", gap="xsmall"):
                with st.container(horizontal=True, gap="xsmall", width="content"):
                    show_image(left, width=WIDTH, alt="Test image")
                    show_image(right, width=WIDTH, alt="Training image")
                kind = "equal" if found.is_exact[row] else "nearly equal"
                verdict = "right" if said[row] == labels[row] else f"taken for {test.classes[said[row]]}"
                relabelled = "; other label in training" if found.is_relabelled[row] else ""
                st.caption(as_markdown(f"{test.classes[labels[row]]}, {kind}, {verdict}{relabelled}"))
    if len(found) > MAX_PAIRS:
        st.caption(f"The first {MAX_PAIRS} of {len(found):,} pairs; test image left, training image right.")
