"""Nets to start from, by group, each with the reason to look at it."""

from functools import cache

import streamlit as st

from cnnviz.architecture.analysis.analyze import analyze
from cnnviz.architecture.presets.catalogue import GROUPS, PRESETS, Preset
from cnnviz.architecture.spec import Architecture, Flatten
from cnnviz.plots.diagram.diagram import thumbnail_svg
from cnnviz.text.units import shape_text
from cnnviz.ui.session.current_net import current_net, select, set_net
from cnnviz.ui.shared.elements import show_preset_results

GALLERY_HEIGHT = 620
EMPTY = Architecture(name="my-net", input_shape=(28, 28, 1), layers=(Flatten(),))


def show_templates() -> None:
    """Draw a button and a card for each preset, by group."""
    st.caption("Take one and change it. What you had stays in the list of moves.")
    with st.container(height=GALLERY_HEIGHT, border=False):
        st.button(
            "An empty net",
            key="net_template_empty",
            icon=":material/add_box:",
            on_click=_take,
            args=(EMPTY, "Started with an empty net"),
        )
        st.caption("Only the image, flattened: build your own, layer by layer.")
        for group in GROUPS:
            st.markdown(f"##### {group}")
            for preset in (preset for preset in PRESETS.values() if preset.group == group):
                _show(preset)


def _show(preset: Preset) -> None:
    """A card: the title to click, a small picture, what it costs, the reason to look at it."""
    net = preset.architecture
    with st.container(border=True, gap="small"):
        st.button(
            preset.title,
            key=f"net_template_{preset.name}",
            icon=":material/check:" if net == current_net() else None,
            on_click=_take,
            args=(net, f"Took {preset.title}"),
            width="stretch",
        )
        picture, num_layers, num_params = _thumbnail_and_size(preset.name)
        st.image(picture)
        why = f"\n\n**Why it fails:** {preset.why}" if preset.why else ""
        costs = f"{shape_text(net.input_shape)} · {num_layers} layers · {num_params:,} parameters"
        st.caption(f"{preset.summary}\n\n{costs}{why}")
        show_preset_results(preset)


@cache
def _thumbnail_and_size(name: str) -> tuple[str, int, int]:
    """The small picture of a preset, and how many layers and parameters it has."""
    net = PRESETS[name].architecture
    analysis = analyze(net)
    return thumbnail_svg(net), len(analysis.layers), analysis.totals.params


def _take(architecture: Architecture, words: str) -> None:
    set_net(architecture, words=words)
    select((0,))
