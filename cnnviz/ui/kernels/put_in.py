"""One's own kernel in a trained net: what a filter of it made of a picture, what yours makes, and what the net says."""

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cnnviz.imaging.preprocess import Prepared
from cnnviz.kernel_lab.settings import LabSettings
from cnnviz.kernel_lab.similarity import SimilarKernel, most_similar
from cnnviz.plots.bars import answer_changes, describe_changes
from cnnviz.plots.kernel import describe_kernels_of, describe_maps_of, named_row
from cnnviz.runs.records import Run
from cnnviz.text.markup import as_markdown
from cnnviz.ui.app.page_frame import errors_shown
from cnnviz.ui.inputs.image_input import choose_input, show_seen
from cnnviz.ui.inputs.run_picker import choose_run
from cnnviz.ui.shared.answers import dataset_facts, run_answer, test_predictions
from cnnviz.ui.shared.elements import show_figure

IS_COMPARED = "compare_with_net"

NUM_SHOWN = 4
HOW_CHOSEN = (
    "It opens with the test image of which the net is right but least sure, and with the filter whose change turns the "
    "answer most. Choose others below."
)
SIDES = ("As trained", "With your kernel")


def offer_trained_net(settings: LabSettings) -> None:
    """Offer to put one's own kernel into a trained net; it opens over the page, where the effect is seen."""
    st.button(
        "Put my kernel into a trained net",
        icon=":material/input:",
        key="compare_filters",
        on_click=_compare,
        args=(True,),
    )
    if st.session_state.get(IS_COMPARED):
        _show_trained_net(settings)


def _compare(is_compared: bool) -> None:
    st.session_state[IS_COMPARED] = is_compared


@st.dialog("Your kernel in a trained net", width="large", on_dismiss=lambda: _compare(False))
def _show_trained_net(settings: LabSettings) -> None:
    with errors_shown():
        run = choose_run(slim=True)
        if run is None:
            return
        kernel = settings.effective_kernels[0]
        learned = run_answer(run, "first_kernels", spinner="Asking the net for its kernels")
        nearest = most_similar(kernel, learned, NUM_SHOWN)
        effect = st.container()  # before what it depends on: it is what one came for
        with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
            field = st.container(width=190)
            with st.container(width=420):
                prepared = choose_input(run, first=_most_doubtful(run))
            if prepared is None:
                effect.info("Draw or choose a picture for the net.", icon=":material/image:")
                return
            show_seen(prepared)
        index = _choose_filter(field, run, prepared, kernel, learned.shape[3])
        with effect:
            _show_effect(run, prepared, kernel, index)
        _show_nearest(kernel, nearest)


def _most_doubtful(run: Run) -> int:
    """The test image of which the net is right, but least sure: a changed filter shows in its answer; 0 without any."""
    if not run.config.dataset:
        return 0
    test = test_predictions(run)
    second, best = np.sort(test.probabilities, axis=1)[:, -2:].T
    is_right = test.probabilities.argmax(axis=1) == test.labels
    return int(np.argmin(np.where(is_right, best - second, 1.0)))


def _choose_filter(place: DeltaGenerator, run: Run, prepared: Prepared, kernel: np.ndarray, num_filters: int) -> int:
    """Index from 0; until another one is chosen, the filter with which the answer changes most."""
    changes = run_answer(run, "kernel_changes", spinner="Trying each filter", image=prepared.image, kernel=kernel)
    telling = int(np.argmax(changes)) + 1
    chosen = place.number_input(
        "Filter to replace", 1, num_filters, telling, key=f"replace_{run.id}", help="It opens with the most telling one"
    )
    return int(chosen) - 1


def _show_effect(run: Run, prepared: Prepared, kernel: np.ndarray, index: int) -> None:
    found = run_answer(run, "put_kernel_in", spinner="Asking the net", image=prepared.image, kernel=kernel, index=index)
    classes = dataset_facts(run).classes
    before, after = found.probabilities
    words = describe_changes(before, after, classes)
    st.markdown(f"**{as_markdown(words)}**")
    map_side, answer_side = st.columns([5, 4], gap="medium")
    with map_side:
        st.markdown(f"What filter {index + 1} makes of the picture")
        show_figure(named_row(found.maps, SIDES), describe_maps_of(found.maps, SIDES), key="replaced-maps")
    with answer_side:
        st.markdown("What the answer gains and loses, in percentage points")
        show_figure(answer_changes(before, after, classes), words, key="replaced-answer")
    st.caption(
        "Your kernel takes the place of that filter of the first layer, as strong as the one it replaces. "
        f"This is only tried out: the net itself stays as it was trained. {HOW_CHOSEN}"
    )


def _show_nearest(kernel: np.ndarray, nearest: list[SimilarKernel]) -> None:
    st.markdown(
        "**Has it found yours?** Nobody tells a net its kernels. These of its first layer are the most similar: "
        "1 is the same kernel, 0 unrelated, −1 its negative. Each is drawn relative to its strongest weight."
    )
    names = ["yours", *(f"{one.index + 1}: {one.cosine:.2f}".replace("-", "−") for one in nearest)]
    kernels = [matrix / (np.abs(matrix).max() or 1.0) for matrix in (kernel, *(one.matrix for one in nearest))]
    row = np.stack(kernels)
    show_figure(named_row(row, names, signed=True), describe_kernels_of(row, names), key="nearest")
