"""How a session reads images of free size: as its Training page was last set, so that one looks at what is trained on.

Kept by data set, in the session.
"""

from typing import Any

import streamlit as st

from cnnviz.architecture.spec import Architecture
from cnnviz.datasets.dataset import DatasetInfo
from cnnviz.datasets.registry import describe
from cnnviz.training.config import TrainingConfig, load_options

KEY = "reading"


def remember_reading(net: Architecture, config: TrainingConfig, info: DatasetInfo) -> None:
    """Note the options that a training of this net would load its images with."""
    if info.free_size:
        st.session_state.setdefault(KEY, {})[config.dataset] = load_options(config, net.input_shape)


def reading_of(dataset: str) -> dict[str, Any]:
    """The options for `load_dataset`; empty where the session has set none."""
    return st.session_state.get(KEY, {}).get(dataset, {})


def reading_words(dataset: str, info: DatasetInfo) -> str:
    """How the images of a set of free size are shown, for a caption; empty for other sets."""
    if not info.free_size:
        return ""
    reading = reading_of(dataset)
    height, width = reading.get("image_size", describe(dataset).image_shape[:2])
    colour = "in grey" if reading.get("channels") == 1 else "in colour"
    limits = [
        f"at most {reading['limit']:,} in all" if reading.get("limit") else "",
        f"at most {reading['limit_per_class']:,} of each class" if reading.get("limit_per_class") else "",
    ]
    how = ", ".join([f"Shown at {height} x {width}", colour, *filter(None, limits)])
    return f"{how}{', as set on the Training page' if reading else ''}; the middle of each picture is cut out."
