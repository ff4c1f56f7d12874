"""A picture on its way through a kernel, ReLU and pooling."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from cnnviz.imaging.activations import relu
from cnnviz.imaging.convolution import convolve
from cnnviz.imaging.display import DISPLAY_MODES, to_display
from cnnviz.imaging.pooling import pool

POOL_SIZE = 2


@dataclass(frozen=True, eq=False)
class Stage:
    """One picture: title, what happened, and the map (H, W), uint8 for the input, signed float32 after it."""

    title: str
    text: str
    values: np.ndarray


def stages(grey: np.ndarray, kernel: np.ndarray) -> tuple[Stage, ...]:
    """Input (H, W) uint8, its convolution in valid mode, ReLU and 2x2 max pooling of that."""
    convolved = convolve(grey, kernel)
    positive = relu(convolved)
    return (
        Stage("Input", "The picture in grey, 0 to 255", grey),
        Stage("After the kernel", "Nine products and their sum at each place", convolved),
        Stage("After ReLU", "What is negative becomes 0", positive),
        Stage("After 2x2 max pooling", "The largest of each four pixels: half the size", pool(positive, POOL_SIZE)),
    )


def show_stage(stage: Stage) -> None:
    """The picture with its size and the range of its values in words; values below zero are shown in blue."""
    height, width = stage.values.shape
    low, high = float(stage.values.min()), float(stage.values.max())
    mode = "signed" if low < 0 else "clip"
    shown = to_display(stage.values, mode=mode)
    st.markdown(f"**{stage.title}** · {width} x {height}")
    st.image(shown.image, width="stretch")
    legend = f" {DISPLAY_MODES['signed']}" if mode == "signed" else ""
    st.caption(f"{stage.text}. Values {low:.4g} to {high:.4g}.{legend}")
