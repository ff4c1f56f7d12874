"""Nets to start from, by group, each with the reason to look at it."""

import streamlit as st

from cnnviz.architecture.presets import GROUPS, PRESETS, Preset
from cnnviz.architecture.spec import Architecture, Flatten
from cnnviz.ui.current_net import current_net, select, set_net
from cnnviz.ui.net_editor.words import shape_text
from cnnviz.ui.tutorial_figures import show_preset_figures

GALLERY_HEIGHT = 620
EMPTY = Architecture(name="my-net", input_shape=(28, 28, 1), layers=(Flatten(),))


def show_templates() -> None:
    """The gallery."""
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
    net = preset.architecture
    st.button(
        preset.title,
        key=f"net_template_{preset.name}",
        icon=":material/check:" if net == current_net() else None,
        on_click=_take,
        args=(net, f"Took {preset.title}"),
    )
    why = f" **Why it fails:** {preset.why}" if preset.why else ""
    st.caption(f"{preset.summary} {shape_text(net.input_shape)}, {len(net.layers)} layers.{why}")
    show_preset_figures(preset)


def _take(architecture: Architecture, words: str) -> None:
    set_net(architecture, words=words)
    select((0,))
