"""The form of a sweep: its kind, what it begins with, and what varies."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from cnnviz.architecture.presets.catalogue import PRESETS
from cnnviz.architecture.presets.tutorials import T1
from cnnviz.datasets.catalogue import DATASETS
from cnnviz.datasets.registry import describe
from cnnviz.text.markup import as_markdown
from cnnviz.training.sweep import (
    DATA_KIND,
    MAX_POINTS,
    NETS_KIND,
    SEEDS_KIND,
    SETTINGS_KIND,
    Sweep,
    data_sweep,
    nets_sweep,
    seeds_sweep,
    settings_sweep,
)
from cnnviz.training.sweep_settings import SETTINGS, read_values, usual_amounts
from cnnviz.ui.session.current_net import current_net
from cnnviz.ui.session.training_settings import kept_config
from cnnviz.ui.shared.elements import KEPT, choice_in_link
from cnnviz.ui.sweeps.base import choose_base, choose_length

KIND, LINKED = "sweep_kind", "sweep_kind_linked"
KINDS = {
    SETTINGS_KIND: "Settings",
    DATA_KIND: "Amount of data",
    SEEDS_KIND: "Seeds",
    NETS_KIND: "Nets",
}
SECOND = "sweep_second"
OTHER = "sweep_other_base"
T1_NAMES = [preset.name for preset in T1]
FACES, CATS_DOGS, OWN = "faces", "cats_vs_dogs", "as on the Training page"
VALUES_HELP = "One after the other, with commas between: 0.1, 0.01. With semicolons, 0,1 is a decimal: 0,1; 0,01"
SEEDS_HELP = "Each point is trained so often, each time from another seed: the spread shows what is chance"
FIVE_HELP = "The five nets for cats and dogs of the first tutorial, each by its own settings"
SMALL_WORDS = (
    "Faces are always here: 150 tiny pictures, seconds a net, so that the machinery is seen at work. The photos of "
    "cats and dogs are what the tutorial is about; they are downloaded at their first use, or brought along as a zip."
)


def choose_plan() -> Sweep:
    """Let the visitor plan a sweep; raises InvalidConfig and the like where it cannot be one."""
    state = st.session_state
    wanted = choice_in_link("kind", KINDS, what="kind of sweep", instead="another one is shown")
    if wanted and state.get(LINKED) != wanted:  # a link
        state[KIND] = state[LINKED] = wanted
    state[KIND] = state.get(KIND) or SETTINGS_KIND
    kind = st.segmented_control("What varies", list(KINDS), format_func=KINDS.__getitem__, key=KIND, required=True)
    return PLANS[kind or SETTINGS_KIND]()


def _plan_settings() -> Sweep:
    base = choose_base()
    first = st.selectbox("Setting", list(SETTINGS), format_func=_title, key="sweep_first", **KEPT)
    first_text = _values("Values", first)
    others = [name for name in SETTINGS if name != first]
    if st.session_state.get(SECOND) == first:
        st.session_state[SECOND] = None
    second = st.selectbox(
        "Second setting", others, index=None, format_func=_title, key=SECOND, placeholder="none", **KEPT
    )
    second_text = _values("Its values", second) if second else ""
    varied = tuple(filter(None, (first, second)))
    config = choose_length(base, varied)
    num_seeds = 1 if "seed" in varied else _seeds(1)
    settings = {first: read_values(first, first_text), **({second: read_values(second, second_text)} if second else {})}
    return settings_sweep(base.architecture, config, settings, num_seeds=num_seeds)


def _plan_data() -> Sweep:
    base = choose_base()
    amounts = ", ".join(map(str, usual_amounts(base.info.num_train)))
    text = st.text_input("Training images", amounts, key=f"sweep_amounts_{base.key}", help=VALUES_HELP, **KEPT)
    config = choose_length(base, ("limit",))
    num_seeds = _seeds(3)
    st.caption(
        "The test images stay the same. Each training sees its images for as many epochs, so fewer images are also "
        "fewer steps."
    )
    return data_sweep(base.architecture, config, read_values("limit", text), num_seeds=num_seeds)


def _plan_seeds() -> Sweep:
    base = choose_base("Net")
    config = choose_length(base, ())
    runs = [(base.architecture, config, base.architecture.name)]
    if st.toggle("Compare with another net", key="sweep_compare", **KEPT):
        other = choose_base("Other net", OTHER)
        runs.append((other.architecture, choose_length(other, ()), other.architecture.name))
    return seeds_sweep(runs, _seeds(5))


def _plan_nets() -> Sweep:
    state = st.session_state
    state["sweep_nets"] = [name for name in state.get("sweep_nets", T1_NAMES) if name in PRESETS]
    st.button("The first tutorial's five nets", icon=":material/replay:", on_click=_take_five, help=FIVE_HELP)
    nets = st.multiselect("Nets", list(PRESETS), format_func=lambda name: PRESETS[name].title, key="sweep_nets")
    own = kept_config(current_net())[0].dataset
    titles = {
        FACES: f"{DATASETS[FACES].title} (small, always here)",
        "": "Those of each net",
        **({own: f"{describe(own).title}, {OWN}"} if own != FACES else {}),
    }
    state["sweep_images"] = state.get("sweep_images") if state.get("sweep_images") in titles else FACES
    dataset = st.selectbox("Images", list(titles), format_func=lambda key: as_markdown(titles[key]), key="sweep_images")
    if set(nets) & set(T1_NAMES):
        st.caption(SMALL_WORDS)
    epochs = st.number_input("Epochs of each", 1, 200, 10, key="sweep_nets_epochs", **KEPT)
    settings: dict[str, Any] = {"epochs": int(epochs), **({"dataset": dataset} if dataset else {})}
    return nets_sweep(nets, num_seeds=_seeds(1), **settings)


def _take_five() -> None:
    st.session_state["sweep_nets"] = T1_NAMES


def _values(label: str, setting: str) -> str:
    return st.text_input(label, SETTINGS[setting].usual, key=f"sweep_values_{setting}", help=VALUES_HELP, **KEPT)


def _seeds(usual: int) -> int:
    key = f"sweep_seeds_{usual}"
    return int(st.number_input("Seeds for each point", 1, MAX_POINTS, usual, key=key, help=SEEDS_HELP, **KEPT))


def _title(name: str) -> str:
    return SETTINGS[name].title


PLANS: dict[str, Callable[[], Sweep]] = {
    SETTINGS_KIND: _plan_settings,
    DATA_KIND: _plan_data,
    SEEDS_KIND: _plan_seeds,
    NETS_KIND: _plan_nets,
}
