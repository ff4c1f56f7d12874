"""Choosing a data set: a registered one, or images of one's own."""

import streamlit as st

from cnnviz.datasets.catalogue import DATASETS
from cnnviz.datasets.dataset import DatasetInfo
from cnnviz.datasets.registry import describe
from cnnviz.ui.inputs.own_images import own_folder

OWN_IMAGES = "own"
MAX_NAMED = 10  # classes


def choose_dataset() -> tuple[str, DatasetInfo]:
    """Name or path, and what is known of it; the choice is shared by all pages of a session."""
    listed = {name: info for name, info in DATASETS.items() if info.listed}
    name = st.selectbox(
        "Images",
        [*listed, OWN_IMAGES],
        format_func=lambda name: listed[name].title if name in listed else "My own images",
        key="training_dataset",
        persist_state="session",
    )
    if name == OWN_IMAGES:
        folder = own_folder()
        return folder, describe(folder)
    return name, listed[name]


def origin(info: DatasetInfo) -> str:
    """Where a data set comes from, for a caption; nothing of own images."""
    return f"Source: {info.source}. Licence: {info.licence}." if info.listed else ""


def summary(info: DatasetInfo) -> str:
    """What a data set is, for a caption."""
    if not info.listed:
        shown = ", ".join(info.classes[:MAX_NAMED])
        more = f" and {len(info.classes) - MAX_NAMED} more" if len(info.classes) > MAX_NAMED else ""
        return f"{info.summary} They are: {shown}{more}."
    return info.summary
