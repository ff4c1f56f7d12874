"""A net by preset and sliders."""

import streamlit as st

from cnnviz.architecture.analysis import output_units
from cnnviz.architecture.presets import DEFAULT_PRESET, PRESETS
from cnnviz.architecture.quick import MAX_BLOCKS, MAX_DENSE_UNITS, MAX_DROPOUT, MAX_FILTERS, QuickNet
from cnnviz.architecture.spec import Architecture
from cnnviz.ui.current_net import current_net, set_net

CUSTOM = "custom"
FIELDS = tuple(QuickNet.model_fields)
KERNELS = (1, 3, 5, 7, 9, 11)
POOLINGS = {"max": "max", "avg": "average", "none": "none"}


def edit_net() -> Architecture:
    """Preset and sliders; every move of a slider rebuilds the net."""
    net = current_net()
    if st.session_state.get("quick_shown") != net.to_json():
        _show(net)
    st.selectbox(
        "Start from",
        [*PRESETS, CUSTOM],
        format_func=lambda name: PRESETS[name].title if name in PRESETS else "My own",
        key="net_preset",
        on_change=_take_preset,
    )
    if st.session_state.net_preset in PRESETS:
        st.caption(PRESETS[st.session_state.net_preset].summary)
    _sliders()
    return current_net()


def _show(net: Architecture) -> None:
    """Set the sliders as close to the net as they can say."""
    for name, value in QuickNet.from_architecture(net).model_dump().items():
        st.session_state[f"quick_{name}"] = value
    st.session_state.net_preset = next((n for n, p in PRESETS.items() if p.architecture == net), CUSTOM)
    st.session_state.quick_shown = net.to_json()


def _take_preset() -> None:
    name = st.session_state.net_preset
    set_net(PRESETS[name if name in PRESETS else DEFAULT_PRESET].architecture)


def _build() -> None:
    """A slider has moved: the net is what all sliders say, on the input and classes of the net before."""
    before = current_net()
    quick = QuickNet(**{name: st.session_state[f"quick_{name}"] for name in FIELDS})
    classes = max(2, output_units(before))
    net = quick.build(before.input_shape, classes)
    set_net(net)
    st.session_state.net_preset = CUSTOM
    st.session_state.quick_shown = net.to_json()


def _sliders() -> None:
    options = {"on_change": _build}
    st.slider("Convolution blocks", 0, MAX_BLOCKS, key="quick_blocks", **options)
    st.slider("Filters in the first block", 1, MAX_FILTERS, key="quick_filters", **options)
    st.segmented_control("Filters in later blocks", ("same", "double"), key="quick_growth", required=True, **options)
    st.select_slider("Kernel size", KERNELS, format_func=lambda k: f"{k}x{k}", key="quick_kernel", **options)
    st.segmented_control("Padding", ("valid", "same"), key="quick_padding", required=True, **options)
    st.segmented_control(
        "Pooling", tuple(POOLINGS), format_func=POOLINGS.get, key="quick_pooling", required=True, **options
    )
    st.toggle("Batch normalisation", key="quick_batch_norm", **options)
    st.slider("Hidden dense units", 0, MAX_DENSE_UNITS, key="quick_dense_units", **options)
    st.slider("Dropout", 0.0, MAX_DROPOUT, step=0.05, key="quick_dropout", **options)
