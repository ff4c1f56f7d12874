"""What the Training page was last set to, for the other pages: the configuration, and how images of free size are read.

The latter is kept by data set, so that the Images page shows what a net would be trained on.
"""

from typing import Any

import streamlit as st

from cnnviz.architecture.presets.catalogue import preset_of
from cnnviz.architecture.spec import Architecture
from cnnviz.datasets.catalogue import DATASETS
from cnnviz.datasets.dataset import DatasetInfo
from cnnviz.datasets.registry import describe
from cnnviz.datasets.sources.layout import Roles
from cnnviz.training.config import TrainingConfig, load_options

CONFIG, SHOWN_NET, LOAD_OPTIONS, ROLES = "training_config", "training_net_shown", "load_options", "own_roles"


def keep_config(config: TrainingConfig, net: Architecture | None) -> None:
    """Remember what a training is set to, and its net if that begins without weights."""
    st.session_state[CONFIG], st.session_state[SHOWN_NET] = config, net


def kept_training() -> tuple[Architecture, TrainingConfig] | None:
    """Net and settings of the Training page; None before it was looked at, and of a net that has learned before."""
    net = st.session_state.get(SHOWN_NET)
    return None if net is None else (net, kept_config(net)[0])


def kept_config(net: Architecture) -> tuple[TrainingConfig, str]:
    """Settings of a training, and in words where they are from; until some were kept, with images that suit the net."""
    kept = st.session_state.get(CONFIG)
    config = kept or TrainingConfig(dataset=suitable_dataset(net))
    where = "as set on the Training page" if kept else "unless you choose others on the Training page"
    chosen = st.session_state.get("training_dataset")  # also chosen on other pages
    return (config.model_copy(update={"dataset": chosen}) if chosen in DATASETS else config), where


def suitable_dataset(net: Architecture) -> str:
    """The images of the preset that a net is, or the first ones of its size and with as many classes as it answers."""
    preset = preset_of(net)
    if preset is not None:
        return preset.dataset
    num_classes = getattr(net.layers[-1], "units", 0)
    listed = [info for info in DATASETS.values() if info.listed and not info.free_size]
    alike = (info.name for info in listed if (info.image_shape, len(info.classes)) == (net.input_shape, num_classes))
    return next(alike, TrainingConfig().dataset)


def keep_load_options(net: Architecture, config: TrainingConfig, info: DatasetInfo) -> None:
    """Remember the options that a training of this net would load its images with, if they are of free size."""
    if info.free_size:
        st.session_state.setdefault(LOAD_OPTIONS, {})[config.dataset] = load_options(config, net.input_shape)


def kept_load_options(dataset: str) -> dict[str, Any]:
    """Keyword arguments of `load_dataset` for a data set; empty where this session has kept none."""
    kept = st.session_state.get(LOAD_OPTIONS, {}).get(dataset, {})
    roles = kept_roles(dataset)
    return {**kept, "roles": roles} if kept or roles else {}


def keep_roles(dataset: str, roles: Roles) -> None:
    """Remember what folders of a data set are, as this visitor says."""
    st.session_state.setdefault(ROLES, {})[dataset] = roles


def kept_roles(dataset: str) -> Roles:
    """What folders of a data set are, as this visitor said; empty where all is as it was taken."""
    return st.session_state.get(ROLES, {}).get(dataset, ())


def load_options_text(dataset: str, info: DatasetInfo) -> str:
    """How the images of a set of free size are shown, for a caption; empty for other sets."""
    if not info.free_size:
        return ""
    options = st.session_state.get(LOAD_OPTIONS, {}).get(dataset, {})
    height, width = options.get("image_size", describe(dataset, roles=kept_roles(dataset)).image_shape[:2])
    colour = "in grey" if options.get("channels") == 1 else "in colour"
    limits = [
        f"at most {options['limit']:,} in all" if options.get("limit") else "",
        f"at most {options['limit_per_class']:,} of each class" if options.get("limit_per_class") else "",
    ]
    how = ", ".join([f"Shown at {height} × {width}", colour, *filter(None, limits)])
    where = ", as set on the Training page" if options else ""
    return f"{how}{where}; of each picture the middle is kept, its borders are lost."
