"""What a link to the page Inside names of a net: a layer and one of its units, as the page names them; and a screen."""

from collections.abc import Iterable

import streamlit as st

from cnnviz.architecture.analysis.graph import trace
from cnnviz.architecture.layer_titles import layer_titles
from cnnviz.architecture.spec import Architecture
from cnnviz.architecture.spec.naming import INPUT_NAME, RESCALING_NAME
from cnnviz.runs.records import Run
from cnnviz.text.links import link_problem
from cnnviz.ui.app.messages import warn
from cnnviz.ui.components.inside_net import NAMED, SCREENS
from cnnviz.ui.inputs.run_picker import forget_in_link, put_in_link
from cnnviz.ui.shared.elements import IMAGE, also_in_link, choice_in_link, number_in_link, take_older_image

UNIT = ("layer", "unit")
WHOLE_NET = "the whole net is shown"


def linked_unit(architecture: Architecture) -> tuple[str, int]:
    """Read the layer and the unit that the address names, `?layer=conv_2&unit=8`; units count from 1, as on the page.

    Returns
    -------
    layer : str
        "" for the whole net: none is named, or one that the net does not have, which is then said.
    unit : int
        From 0.
    """
    layer = st.query_params.get("layer", "")
    if not layer:
        return "", 0
    said = st.query_params.get("unit", "1")
    unit, units = number_in_link("unit") if "unit" in st.query_params else 1, _units(architecture)
    if 1 <= unit <= units.get(layer, 0):
        return layer, unit - 1
    if layer in units:
        title = layer_titles(architecture).get(layer, "the picture")
        lack, known = f"{title} does not have", f"1 to {units[layer]}"
        warn(link_problem("a unit", WHOLE_NET, lack=lack, expected=known, received=said))
    else:
        warn(link_problem("a layer", WHOLE_NET, lack="this net does not have", received=layer))
    forget_in_link(*UNIT)
    return "", 0


def linked_screen() -> str:
    """Read the screen that the address names; "" for the net itself."""
    also_in_link("view", "part")
    return choice_in_link("view", SCREENS, what="screen", instead="the net is shown") or ""


def linked_index(num_test: int) -> int:
    """Read which of so many test images the address names, `?image=5`; 0 where it names none, or one that there is not.

    Of a run that does not know how many it has, 0, it may be any.

    Returns
    -------
    int
        From 0; images count from 1 in the address, as on the page.
    """
    take_older_image()
    said = st.query_params.get(IMAGE)
    if said is None:
        return 0
    number = number_in_link(IMAGE)
    if number > 0 and (number <= num_test or not num_test):
        return number - 1
    known = f"1 to {num_test}" if num_test else "a number from 1 on"
    warn(link_problem("a test image", "the first one is shown", expected=known, received=said))
    del st.query_params[IMAGE]
    return 0


def linked_epoch(kept: Iterable[int]) -> int | None:
    """Read the epoch that the address names, one of those that are kept; None for the net as it ended."""
    epochs = [str(epoch) for epoch in kept]
    chosen = choice_in_link("epoch", epochs, what="kept epoch", instead="the newest net is shown")
    return int(chosen) if chosen else None


def is_drawing_linked() -> bool:
    """Whether the address asks for a paper to draw on: `?picture=drawing`."""
    return choice_in_link("picture", ["drawing"], what="picture", instead="a test image is shown") is not None


def forget_net() -> None:
    """Take out of the address what it says of a net that is no longer the shown one."""
    forget_in_link("epoch", *UNIT)


def keep_shown(run: Run, shown: dict[str, str]) -> None:
    """Let the address name the run and what is shown of it, and nothing of that kind besides."""
    others = {name: value for name, value in st.query_params.to_dict().items() if name not in NAMED}
    st.query_params.from_dict({**others, **shown})
    put_in_link(run.id)


def _units(architecture: Architecture) -> dict[str, int]:
    """Name of each layer, as browsers are told it -> units: channels of maps, neurons of a vector."""
    channels = architecture.input_shape[-1]
    of_spec = {node.name: node.effect.output.shape[-1] for node in trace(architecture)[0]}
    return {INPUT_NAME: channels, RESCALING_NAME: channels, **of_spec}
