"""Nets to start from, by group, each with the reason to look at it."""

from functools import cache

import streamlit as st

from cnnviz.architecture.analysis.analyze import Analysis, analyze
from cnnviz.architecture.presets.catalogue import GROUPS, PRESETS, Preset
from cnnviz.architecture.spec import Architecture, Flatten
from cnnviz.plots.diagram.diagram import diagram_alt, thumbnail_svg
from cnnviz.text.units import count_text, shape_text
from cnnviz.ui.architecture.state import PANEL, SLIDERS, forget_folds
from cnnviz.ui.session.current_net import current_net, select, set_net
from cnnviz.ui.shared.elements import results_text

CARD_WIDTH = 250  # pixels, at least
EMPTY = Architecture(name="my-net", input_shape=(28, 28, 1), layers=(Flatten(),))


def show_templates() -> None:
    """Draw a card for each preset, by group; the first card is an empty net."""
    st.caption("Take one and change it. What you had stays in the list of moves.")
    for group in GROUPS:
        st.header(group, anchor=False)
        with st.grid(min_column_width=CARD_WIDTH):
            if group == GROUPS[0]:
                _show_empty()
            for preset in (preset for preset in PRESETS.values() if preset.group == group):
                _show(preset)


def _show_empty() -> None:
    with st.container(border=True, gap="xsmall", height="stretch"):
        st.button(
            "An empty net",
            key="net_template_empty",
            icon=":material/add_box:",
            on_click=_take,
            args=(EMPTY, "Started with an empty net"),
            width="stretch",
        )
        st.caption("Only the image, flattened: build your own, layer by layer.")


def _show(preset: Preset) -> None:
    """A card: the name to click, a small picture, what it costs, and in a sentence the reason to look at it."""
    net = preset.architecture
    with st.container(border=True, gap="xsmall", height="stretch"):
        st.button(
            preset.title,
            key=f"net_template_{preset.name}",
            icon=":material/check:" if net == current_net() else None,
            on_click=_take,
            args=(net, f"Took {preset.title}"),
            width="stretch",
        )
        picture, analysis = _thumbnail_and_costs(preset.name)
        st.image(picture, alt=diagram_alt(net))
        totals = analysis.totals
        st.markdown(f"**{totals.params:,}** parameters  \n**{totals.macs:,}** MACs")
        st.caption(preset.summary, help=_more(preset, len(analysis.layers)))


def _more(preset: Preset, num_layers: int) -> str:
    """Size, results and, of a net that is known to fail, why."""
    size = f"{count_text(num_layers, 'layer')}, images of {shape_text(preset.architecture.input_shape)}."
    why = f"**Why it fails:** {preset.why}" if preset.why else ""
    return "\n\n".join(filter(None, (size, results_text(preset), why)))


@cache
def _thumbnail_and_costs(name: str) -> tuple[str, Analysis]:
    net = PRESETS[name].architecture
    return thumbnail_svg(net), analyze(net)


def _take(architecture: Architecture, words: str) -> None:
    set_net(architecture, words=words)
    select((0,))
    forget_folds()
    st.session_state[PANEL] = SLIDERS  # the page is short again, and the diagram of what was taken in sight
