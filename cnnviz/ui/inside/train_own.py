"""How a net of the visitor's own is trained: on from its weights, or its layers from scratch."""

from typing import Any

import streamlit as st

from cnnviz.architecture.analysis.analyze import output_units
from cnnviz.architecture.editing.adapt import with_probabilities
from cnnviz.architecture.spec import Architecture
from cnnviz.engine.fine_tuning import require_start
from cnnviz.errors import InvalidArchitecture, InvalidInput
from cnnviz.models.import_keras.classes import TRAINING_ONLY
from cnnviz.runs.records import Run
from cnnviz.text.markup import as_markdown
from cnnviz.text.units import shape_text
from cnnviz.ui.app import services
from cnnviz.ui.app.page_frame import errors_shown, page
from cnnviz.ui.session.current_net import select, set_net
from cnnviz.ui.session.starting_net import begin_with
from cnnviz.ui.session.visitor import current_visitor

FINE_TUNE = (
    "It learns on from the weights that it has, on images that you choose: with a new head for their classes, and part "
    "of it frozen if you like."
)
FROM_SCRATCH = (
    "The Architecture page opens with the same layers, the same scaling of pixels and pictures of {size}. What differs "
    "then: {differences}."
)
WEIGHTS = "its weights begin at random"
NOT_IN_SPEC = {
    "keras": "regularisers and initialisers of its file are left out",
    "h5": "regularisers and initialisers of its file are left out",
    "onnx": "dropout is missing, because ONNX files leave out what only a training needs",
}
"""Origin -> what a file says, or does not say, of a training, and our layers do not."""
MAX_NAMED = 4


def show_trainings(run: Run, report: dict[str, Any], *, is_mine: bool) -> None:
    """Two ways to train a net that was brought along, behind a button; its owner alone may go on from its weights."""
    with st.popover("Train this net", icon=":material/play_circle:", key="own_net_train"), errors_shown():
        if is_mine:
            _fine_tune(run)
        _from_scratch(run, report)


def _fine_tune(run: Run) -> None:
    try:
        require_start(services.store(), run.id, current_visitor())
        said, can_begin = FINE_TUNE, True
    except InvalidInput as error:
        said, can_begin = as_markdown(error), False
    if st.button("Fine-tune it", type="primary", icon=":material/tune:", key="own_net_tune", disabled=not can_begin):
        begin_with(run)
    st.caption(said)


def _from_scratch(run: Run, report: dict[str, Any]) -> None:
    net, differences = from_scratch(run, report)
    said = FROM_SCRATCH.format(size=shape_text(net.input_shape), differences="; ".join(differences))
    if st.button("Train this from scratch", icon=":material/account_tree:", key="own_net_scratch"):
        set_net(net, words=f"Took the layers of {run.name}")
        select((0,))
        st.switch_page(page("architecture"))
    st.caption(as_markdown(said))


def from_scratch(run: Run, report: dict[str, Any]) -> tuple[Architecture, tuple[str, ...]]:
    """Give the net that a training from scratch begins with, and in words how it differs from what its file says."""
    differences = [WEIGHTS]
    try:
        net = with_probabilities(run.architecture)
    except InvalidArchitecture:
        net = run.architecture
        differences.append("it has no layer with a unit for each class, so add a dense layer before you train it")
    if net != run.architecture:
        function = "sigmoid" if output_units(net) == 1 else "softmax"
        differences.append(f"its end gets a {function}, because a training needs probabilities")
    lost = [line["name"] for line in report.get("layers", []) if not line["shown"]]
    if lost:
        differences.append(f"layers that are not shown are missing ({_named(lost)})")
    noise = [line["name"] for line in report.get("layers", []) if line["operation"] in TRAINING_ONLY]
    if noise:
        differences.append(f"layers that change the pictures or the maps at random are left out ({_named(noise)})")
    if run.origin in NOT_IN_SPEC:
        differences.append(NOT_IN_SPEC[run.origin])
    return net, tuple(differences)


def _named(names: list[str]) -> str:
    return ", ".join([*names[:MAX_NAMED], *(["..."] if len(names) > MAX_NAMED else [])])
