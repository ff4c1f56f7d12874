"""Mistakes in the order of how hard they are: for the kept epochs of their run, or for other nets."""

from functools import partial

import numpy as np
import streamlit as st

from cnnviz.errors import CnnvizError
from cnnviz.evaluation.hardness import (
    FORGOTTEN,
    LATER,
    NEVER,
    classes_learned_at,
    hardest_first,
    hardness,
    is_right,
    learned_text,
    stories,
)
from cnnviz.evaluation.scores import TestPredictions
from cnnviz.runs.files import TEST_FILE, kept_epochs
from cnnviz.runs.records import Run
from cnnviz.text.markup import as_markdown
from cnnviz.text.units import count_text
from cnnviz.ui.app import services
from cnnviz.ui.session.visitor import listed_runs
from cnnviz.ui.shared.answers import epoch_predictions, net_version, test_predictions

MAX_EPOCHS = 12  # of all that are kept, the first and the last among them: each answers all test images
MAX_RUNS = 30  # the newest
BY_EPOCHS, BY_RUNS, ALL = "Epochs of this run", "Other nets", "All"
NO_OTHER = (
    "How hard an image is shows when several nets have answered it: two kept epochs of a training, or another run on "
    "the same test images. There are none yet."
)
MEANINGS = {
    NEVER: "no kept epoch has them right",
    FORGOTTEN: "an epoch before had them right",
    LATER: "an epoch after it has them right",
}


def hard_mistakes(run: Run, epoch: int | None, test: TestPredictions, found: np.ndarray) -> tuple[np.ndarray, str]:
    """Let the visitor choose for whom mistakes (K,) are hard, and of which kind.

    Returns
    -------
    ndarray (k,), int64
        Those of that kind, the hardest first; none before the nets were asked.
    str
        What the order means; "" before.
    """
    epochs = [] if run.origin else _some(kept_epochs(services.store(), run.id))
    others = _same_images(run, test)
    ways = [way for way, there in ((BY_EPOCHS, len(epochs) > 1), (BY_RUNS, bool(others))) if there]
    if not ways:
        st.info(NO_OTHER, icon=":material/info:")
        return found[:0], ""
    way = ways[0]
    if len(ways) > 1:
        way = st.segmented_control("Hard for", ways, default=way, required=True, key="hard_for")
    if way == BY_RUNS:
        right = np.stack([is_right(test), *others])
        return hardest_first(test, found, hardness(right)), f"Those that most of {len(right)} nets get wrong are first."
    right_of_epochs = _asked(run, epochs)
    if right_of_epochs is None:
        return found[:0], ""
    return _by_epochs(epoch, test, found, right_of_epochs, epochs)


def _by_epochs(
    epoch: int | None, test: TestPredictions, found: np.ndarray, right: np.ndarray, epochs: list[int]
) -> tuple[np.ndarray, str]:
    st.caption(
        as_markdown(learned_text(classes_learned_at(right, test.labels, epochs, len(test.classes)), test.classes))
    )
    story = stories(right, epochs, epoch)[found]
    counts = {kind: int((story == kind).sum()) for kind in MEANINGS}
    kinds = [ALL, *(kind for kind, count in counts.items() if count)]
    kind = st.segmented_control(
        "Kind",
        kinds,
        default=ALL,
        required=True,
        format_func=lambda one: one if one == ALL else f"{one}: {counts[one]:,}",
        key=f"hard-kind-{'-'.join(kinds)}",
    )
    chosen = found if kind == ALL else found[story == kind]
    order = f"Those that most of {count_text(len(epochs), 'kept epoch')} get wrong are first"
    means = "" if kind == ALL else f"; {kind.lower()}: {MEANINGS[kind]}"
    return hardest_first(test, chosen, hardness(right)), f"{order}{means}."


def _some(kept: list[int]) -> list[int]:
    """All kept epochs, or as many as are asked, evenly over the training."""
    places = np.unique(np.linspace(0, len(kept) - 1, min(len(kept), MAX_EPOCHS)).round().astype(int))
    return [kept[place] for place in places] if kept else []


def _asked(run: Run, epochs: list[int]) -> np.ndarray | None:
    """What the nets of these epochs get right, (E, N) bool, once the visitor wants them asked; None before."""
    asked = f"hardness-{run.id}-{net_version(run)}"
    if not st.session_state.get(asked):
        st.button(
            "Ask the kept epochs", icon=":material/history:", on_click=partial(st.session_state.update, {asked: True})
        )
        st.caption(f"The nets of {count_text(len(epochs), 'kept epoch')} answer all test images, once, on a worker.")
        return None
    bar = st.progress(0.0, "The kept epochs answer all test images")
    right = []
    try:
        for number, epoch in enumerate(epochs):
            bar.progress(number / len(epochs), f"Epoch {epoch} answers all test images")
            right.append(is_right(epoch_predictions(run, epoch)))
    finally:
        bar.empty()
    return np.stack(right)


def _same_images(run: Run, test: TestPredictions) -> list[np.ndarray]:
    """What the nets of other runs got right, of those that answered the same test images."""
    store = services.store()
    found: list[np.ndarray] = []
    for other in listed_runs():
        is_same = other.id != run.id and other.config.dataset == run.config.dataset
        if not is_same or len(found) == MAX_RUNS or not store.has_file(other.id, TEST_FILE):
            continue
        try:
            answers = test_predictions(other)
        except CnnvizError:
            continue  # its answers are damaged: it says so where it is looked at
        if answers.classes == test.classes and np.array_equal(answers.labels, test.labels):
            found.append(is_right(answers))
    return found
