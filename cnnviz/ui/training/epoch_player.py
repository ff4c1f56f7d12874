"""A slider over the kept epochs of a run whose net no browser computes: its kernels and maps, by a worker."""

import numpy as np
import streamlit as st

from cnnviz.imaging.preprocess import prepare
from cnnviz.plots.bars import describe_bars, top_k_bars
from cnnviz.plots.colour_kernels import colour_kernels, describe_colour_kernels
from cnnviz.plots.maps import describe_maps, map_grid
from cnnviz.runs.checkpoints import kept_text
from cnnviz.runs.files import kept_epochs
from cnnviz.runs.records import Run
from cnnviz.text.markup import as_markdown
from cnnviz.ui.app import services
from cnnviz.ui.components.drawing_pad import drawing_pad
from cnnviz.ui.inputs.run_picker import forget_in_link
from cnnviz.ui.inside.link import linked_epoch
from cnnviz.ui.session.visitor import shown_run
from cnnviz.ui.shared.answers import EpochView, dataset_facts, epoch_view
from cnnviz.ui.shared.elements import as_part, show_figure, show_image
from cnnviz.ui.training.learning_canvas import is_for_browser

COLOURS = 3  # planes of a picture in colour
NEWEST = "Show the newest epoch"


def show_epochs(run: Run) -> None:
    """A slider over the kept epochs and what the net was at each; where a browser computes it, its canvas has one."""
    if not is_for_browser(run):
        as_part(_epochs)(run.id)


def _epochs(run_id: str) -> None:
    run = shown_run(run_id)
    epochs = kept_epochs(services.store(), run.id)
    if not epochs:
        return
    st.header("Epoch by epoch", divider="gray")
    with st.container():  # always one element, or the drawing below would move and be begun anew
        epoch = _choose_epoch(run, epochs)
    st.caption(kept_text(services.store(), run.id))
    _show_view(run, epoch)


def _choose_epoch(run: Run, epochs: list[int]) -> int:
    """That of a link, else the net's own, while it learns the newest, until one is chosen, which no address names.

    A page that follows it does not ask by itself.
    """
    key = f"epoch-{run.id}"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if run.status.is_active and st.button(NEWEST, icon=":material/refresh:"):
            st.session_state.pop(key, None)
            forget_in_link("epoch")
        linked = linked_epoch(epochs)
        if len(epochs) == 1:
            return epochs[0]
        ended = run.net_epoch if run.net_epoch in epochs else epochs[-1]
        state, known = st.session_state, f"linked-{key}"
        is_new = linked is not None and (linked != state.get(known) or key not in state)  # a link, or Back
        state[known] = linked
        if is_new:
            state[key] = linked
        value = None if is_new else ended  # what stands in the session already has no other one to begin with
        chosen = st.select_slider("Epoch", epochs, value=value, key=key)
        if linked not in (None, chosen):
            forget_in_link("epoch")
        return chosen


def _show_view(run: Run, epoch: int) -> None:
    facts = dataset_facts(run)
    drawing = None
    if st.toggle("Use a drawing of mine", key=f"player-draw-{run.id}"):
        drawing = drawing_pad(f"player-{run.id}")  # above the columns, which are narrower than it
    image = None if drawing is None else prepare(drawing, run.architecture.input_shape, style=facts.input_style).image
    view = epoch_view(run, epoch, image)
    picture, maps = st.columns([1, 2], gap="medium")
    with picture:
        show_image(view.image, width=112, caption="What the net sees", alt="What the net sees")
        probabilities = view.maps.probabilities
        bars = top_k_bars(probabilities, facts.classes)
        show_figure(bars, describe_bars(probabilities, facts.classes), key=f"player-bars-{run.id}")
    with maps:
        _show_kernels(run, view.filters)
        _show_maps(run, view)


def _show_kernels(run: Run, learned: np.ndarray | None) -> None:
    """Those of a net of colours in colour; of other nets each plane by itself would be too much, so the first."""
    if learned is None:
        st.caption("This net has no convolution, so it has no kernels.")
        return
    planes = learned.shape[2]
    of_many = f", the first of their {planes} planes" if planes not in (1, COLOURS) else ""
    st.markdown(f"**Learned kernels of the first convolution**{of_many}")
    key = f"player-filters-{run.id}"
    if planes == COLOURS:
        words = describe_colour_kernels(learned)
        show_figure(colour_kernels(learned), words, key=key)
        st.caption(words)
    else:
        kernels = learned[:, :, 0]
        show_figure(map_grid(kernels, signed=True), describe_maps(kernels), key=key)


def _show_maps(run: Run, view: EpochView) -> None:
    first = next((layer for layer in view.maps.layers[1:] if layer.values.ndim == 3), None)
    if first is not None:
        st.markdown(f"**Maps of {as_markdown(first.name)}**")
        show_figure(map_grid(first.values), describe_maps(first.values), key=f"player-maps-{run.id}")
