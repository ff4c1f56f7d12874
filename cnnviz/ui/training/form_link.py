"""What a link to the Training page names of the next training: a net, a preset, and images."""

import streamlit as st

from cnnviz.architecture.presets.catalogue import PRESETS
from cnnviz.training.recipes import NAMED_NETS, RECIPES
from cnnviz.ui.inputs.dataset_picker import LINK, take_linked_dataset
from cnnviz.ui.session.current_net import TAKEN
from cnnviz.ui.session.starting_net import NET
from cnnviz.ui.shared.elements import choice_in_link
from cnnviz.ui.training.form_values import FAST, IMAGES, MINE, RECIPE, chosen_images, take_net, take_way

OWN, PRESET = "net", "preset"
"""Names in the address: of a net as text, and of one that has a name."""
OF_THE_FORM = PRESET, LINK
"""What a link says of the next training, and not of the run that is looked at."""
LINKED_PRESET = "training_linked_preset"
"""Key of the session: the preset that the address named when it was last read."""


def take_links() -> None:
    """Fill the form, before it is drawn, with what the address names, once; it names a net only while that is chosen.

    The images come last: `?preset=lenet5&set=digits` trains that net on those.
    """
    _take_preset()
    take_linked_dataset()
    _take_net()


def _take_net() -> None:
    text = st.query_params.get(OWN)
    if text and text != st.session_state.get(TAKEN):
        st.session_state[TAKEN], st.session_state[NET] = text, MINE
    elif text and st.session_state.get(NET) != MINE:
        del st.query_params[OWN]


def _take_preset() -> None:
    name = choice_in_link(PRESET, NAMED_NETS, what="preset", instead="the form stays as it is")
    known, st.session_state[LINKED_PRESET] = st.session_state.get(LINKED_PRESET), name
    if name is None:
        return
    if name != known:
        st.query_params.pop(OWN, None)
        _choose(name)
    elif not _is_chosen(name):
        del st.query_params[PRESET]


def _choose(name: str) -> None:
    if name in PRESETS:
        st.session_state[NET] = name
        take_net()
    else:
        st.session_state[IMAGES] = next(images for images, one in RECIPES.items() if one.architecture.name == name)
        take_way(RECIPE)


def _is_chosen(name: str) -> bool:
    chosen, recipe = st.session_state.get(NET), RECIPES.get(chosen_images())
    return chosen == name or (chosen == FAST and recipe is not None and recipe.architecture.name == name)
