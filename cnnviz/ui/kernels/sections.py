"""Sections of the Kernels page: the lab's settings, its code, and one's kernel beside those that a net has learned."""

import numpy as np
import streamlit as st

from cnnviz.kernel_lab.code import languages
from cnnviz.kernel_lab.code_parts import OWN_PICTURE
from cnnviz.kernel_lab.settings import LINK_FIELDS, LabSettings, settings_from_link, settings_to_link
from cnnviz.kernel_lab.similarity import SimilarKernel, most_similar
from cnnviz.plots.bars import describe_bars, top_k_bars
from cnnviz.plots.kernel import describe_kernel, kernel_heatmap
from cnnviz.runs.records import Run
from cnnviz.ui.app.messages import warn
from cnnviz.ui.app.page_frame import errors_shown
from cnnviz.ui.components.kernel_lab import LabState, is_on_screen
from cnnviz.ui.inputs.image_input import ChosenImage, choose_input, show_seen
from cnnviz.ui.inputs.run_picker import choose_run
from cnnviz.ui.shared.answers import dataset_facts, run_answer
from cnnviz.ui.shared.elements import show_figure

START, LATEST, PICTURE = "lab_start", "lab_latest", "lab_picture"

NUM_SHOWN = 4


def starting_settings() -> LabSettings:
    """Return what a new lab begins with: the settings of the link, later those that this session had last."""
    if START not in st.session_state:
        settings, problems = settings_from_link(st.query_params.to_dict())
        st.session_state[START] = settings
        for problem in problems:
            warn(problem)
    elif not is_on_screen():
        st.session_state[START] = st.session_state.get(LATEST, st.session_state[START])
    return st.session_state[START]


def remember(settings: LabSettings) -> None:
    """Keep the settings for the session and write them into the address."""
    st.session_state[LATEST] = settings
    written = settings_to_link(settings)
    for name in LINK_FIELDS:
        if name in written:
            st.query_params[name] = written[name]
        elif name in st.query_params:
            del st.query_params[name]


def last_good(chosen: ChosenImage | None) -> ChosenImage | None:
    """Return the chosen picture, or the one before while nothing usable is chosen."""
    if chosen is not None:
        st.session_state[PICTURE] = chosen
    return st.session_state.get(PICTURE)


def show_code(state: LabState, picture: ChosenImage) -> None:
    """Show three scripts that compute what is on the screen."""
    sample = picture.sample if state.own_shape is None else None
    shape = state.own_shape or picture.pixels.shape[:2]
    with st.expander("The code of what is on the screen", icon=":material/code:"):
        if sample is None:
            st.caption(f"Save your picture as `{OWN_PICTURE}` beside the script.")
        scripts = languages(state.settings, sample=sample, shape=shape)
        for tab, code in zip(st.tabs(list(scripts)), scripts.values(), strict=True):
            tab.code(code, language="python")


def show_learned_filters(settings: LabSettings) -> None:
    """Show which learned kernels are most similar to one's own, and what a net predicts with one's own put in."""
    st.header("Your kernel and a trained net")
    st.markdown("Nobody tells a net its kernels. Has it found yours, and what happens if you put yours in?")
    if not st.toggle("Compare with a trained net", key="compare_filters"):
        return
    with errors_shown():
        run = choose_run()
        if run is None:
            return
        kernel = settings.effective_kernels[0]
        nearest = most_similar(kernel, _first_kernels(run), NUM_SHOWN)
        _show_nearest(nearest)
        _put_mine_in(run, kernel, nearest[0].index)


def _first_kernels(run: Run) -> np.ndarray:
    return run_answer(run, "first_kernels", spinner="Asking the net for its kernels")


def _show_nearest(nearest: list[SimilarKernel]) -> None:
    st.markdown("**Closest learned filters of the first layer.** 1 is the same kernel, 0 unrelated, −1 its negative.")
    for column, similar in zip(st.columns(NUM_SHOWN), nearest, strict=False):
        with column:
            st.markdown(f"Filter {similar.index}, similarity {similar.cosine:.2f}")
            figure, words = kernel_heatmap(similar.matrix), describe_kernel(similar.matrix)
            show_figure(figure, words, key=f"nearest-{similar.index}")


def _put_mine_in(run: Run, kernel: np.ndarray, nearest: int) -> None:
    st.markdown(
        "**Put mine in.** Your kernel takes the place of one filter, as strong as the one it replaces. "
        "This is only tried out: the net itself stays as it was trained."
    )
    controls, before_side, after_side = st.columns(3, gap="large")
    with controls:
        last = _first_kernels(run).shape[3] - 1
        index = int(st.number_input("Filter to replace", 0, last, min(nearest, last), key=f"replace_{run.id}"))
        prepared = choose_input(run)
    if prepared is None:
        before_side.info("Draw or choose a picture for the net.", icon=":material/image:")
        return
    answers = run_answer(
        run, "predict_with_kernel", spinner="Asking the net", image=prepared.image, kernel=kernel, index=index
    )
    classes = dataset_facts(run).classes
    with controls:
        show_seen(prepared)
    titles = "As trained", f"With your kernel as filter {index}"
    for side, title, probabilities in zip((before_side, after_side), titles, answers, strict=True):
        with side:
            st.markdown(f"**{title}**")
            words = describe_bars(probabilities, classes)
            show_figure(top_k_bars(probabilities, classes), words, key=f"replace-{title[:2]}")
