"""State that all parts of the page share: the net with its analysis and problem, and edits of it."""

import pathlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import streamlit as st

from cnnviz.architecture.analysis.analyze import Analysis, BlockReport, LayerReport, analyze, output_units
from cnnviz.architecture.editing.repair import explain
from cnnviz.architecture.layer_titles import path_titles
from cnnviz.architecture.spec import Architecture, Conv, Dense
from cnnviz.architecture.spec.naming import path_names
from cnnviz.architecture.spec.paths import Path, walk
from cnnviz.errors import InvalidArchitecture, InvalidInput
from cnnviz.ui.app.messages import show_message
from cnnviz.ui.session.current_net import IMAGE, current_net, moves, select, set_net

STYLE = pathlib.Path(__file__).parents[3] / "assets" / "style" / "architecture.css"
REFUSED = "net_refused"
UNCONFIRMED = "net_unconfirmed"
"""Key of the session: key of a control -> number of the run that has set it, and what it showed before that."""
SHOWN = "net_shown"
"""Key of the session: key of a control -> the value with which it was drawn last."""
DRAWN = "net_runs_drawn"
"""Key of the session: how many runs of the page were drawn to their end; it is the number of the last one."""
RECEIVED = "net_run_received"
"""Key of a control that nobody sees and that comes last: it shows the number of the run. So what a click brings of it
is the number of the run that the browser had received to its end."""
OPENED, FOLDED = "net_opened", "net_folded"
"""Keys of the session: what of the diagram was opened, and folded, by hand; sets of keys (`plots.diagram.folding`)."""
PANEL = "net_panel"
SLIDERS, LAYERS, TEMPLATES = "Sliders", "Layers", "Templates"


@dataclass(frozen=True)
class NetView:
    """A net as the page shows it; figures are computed when first asked for."""

    net: Architecture

    @cached_property
    def problem(self) -> InvalidArchitecture | None:
        """Why the net is impossible or has no answer, with a fix where there is one."""
        return explain(self.net)

    @cached_property
    def analysis(self) -> Analysis | None:
        """None if the net is impossible. A net that ends with maps has an analysis, and a problem."""
        return analysis_or_none(self.net)

    @cached_property
    def possible_part(self) -> Architecture | None:
        """The whole net, or its layers before the one that fails; None if the first one does."""
        if self.analysis is not None or self.problem is None or not self.problem.layer:
            return self.net
        layers = self.net.layers[: self.problem.layer[0]]
        part = self.net.model_copy(update={"layers": layers})
        return part if layers and analysis_or_none(part) else None

    @cached_property
    def part_analysis(self) -> Analysis | None:
        """The analysis of the possible part; None if there is none."""
        return None if self.possible_part is None else analysis_or_none(self.possible_part)

    @cached_property
    def titles(self) -> dict[Path, str]:
        """What every layer and block is called on this page, by its path."""
        return path_titles(self.net.layers)

    @cached_property
    def names(self) -> dict[Path, str]:
        """The name of every layer and block in code, by its path."""
        return path_names(self.net)

    def report(self, path: Path) -> LayerReport | BlockReport | None:
        """What a layer or block does and costs (of a repeated layer: in its last round); None if not known."""
        if self.part_analysis is None or path == IMAGE:
            return None
        blocks = [block for block in self.part_analysis.blocks if block.path == path]
        layers = [layer for layer in self.part_analysis.layers if layer.path == path]
        return (blocks or layers or [None])[-1]


def show_view() -> NetView:
    """The net of this session."""
    return NetView(current_net())


def analysis_or_none(architecture: Architecture | None) -> Analysis | None:
    """Analyse, or return None for an impossible net or none."""
    try:
        return None if architecture is None else analyze(architecture)
    except InvalidArchitecture:
        return None


def net_before() -> Architecture | None:
    """The last possible net before the present one."""
    history = moves()
    earlier = (move.architecture for move in reversed(history.moves[: history.position]))
    return next((net for net in earlier if analysis_or_none(net) is not None), None)


def num_classes(architecture: Architecture) -> int:
    """How many answers a net has, at least 2; of an impossible net what its last layer with units says."""
    try:
        return max(2, output_units(architecture))
    except InvalidArchitecture:
        layers = [layer for _, layer in walk(architecture.layers)]
        sizes = [
            layer.units if isinstance(layer, Dense) else layer.filters
            for layer in layers
            if isinstance(layer, Dense | Conv)
        ]
        return max(2, sizes[-1]) if sizes else 2


def attempt(move: Callable[[Architecture], Architecture], *, then: Path | None = None, words: str = "") -> bool:
    """Apply an edit to the session's net; returns whether it was possible. A refusal is shown once on the page.

    Parameters
    ----------
    then
        What is selected afterwards.
    """
    try:
        set_net(move(current_net()), words=words)
    except InvalidInput as error:
        st.session_state[REFUSED] = str(error)
        return False
    if then is not None:
        select(then)
    return True


def shown_value(key: str, value: Any, *, option: str = "value", default: Any = None) -> dict[str, Any]:
    """Let a control show a value of the net, and return what it has to be called with.

    A control that shows it already is left alone, so that no typing is lost; it is called with the
    value as its default, because a browser that missed the run in which it was set begins with that,
    and would report anything else as a change. A control must not have both, so it is called without
    in the run that sets it. Until the browser has received that run, the next ones set it again.

    Parameters
    ----------
    option, default
        The argument that takes the default, and what it is (the value itself, unless given).
    """
    unconfirmed = _unconfirmed()
    drawn: dict[str, Any] = st.session_state.setdefault(SHOWN, {})
    last, drawn[key] = drawn.get(key, value), value  # also where a page without it was drawn meanwhile
    shown = [st.session_state[key]] if key in st.session_state else []
    if shown == [value] and key not in unconfirmed:
        return {option: value if default is None else default}
    _, before = unconfirmed.get(key, (0, []))
    unconfirmed[key] = _this_run(), [*before, *(old for old in (*shown, last) if old != value)]
    st.session_state[key] = value
    return {}


def reported_value(key: str, own: Any) -> Any:
    """Return what a control was set to, or the net's `own` value if the browser only repeats an old one.

    A click comes with all values that the browser shows, also of controls that a run has set or was about to set of
    which the browser has not heard yet, or that are gone: taken for changes, they would undo the move before.
    """
    value = st.session_state[key]
    _, before = _unconfirmed().get(key, (0, []))
    return own if value in (*before, st.session_state.get(SHOWN, {}).get(key, own)) else value


def end_of_page() -> None:
    """Number the run where all of it has been drawn, for the next click to say whether the browser has received it."""
    st.session_state[DRAWN] = _this_run()
    st.session_state[RECEIVED] = str(st.session_state[DRAWN])
    with st.container(key="net_end"):
        st.text_input("Number of the run", key=RECEIVED)


def _this_run() -> int:
    return st.session_state.get(DRAWN, 0) + 1


def _unconfirmed() -> dict[str, tuple[int, list[Any]]]:
    """What controls showed before they were set, of those of which the browser still may show that."""
    unconfirmed: dict[str, tuple[int, list[Any]]] = st.session_state.setdefault(UNCONFIRMED, {})
    received = str(st.session_state.get(RECEIVED, ""))
    last = int(received) if received.isdecimal() else 0
    for key in [key for key, (run, _) in unconfirmed.items() if run <= last]:
        del unconfirmed[key]
    return unconfirmed


def show_refusal() -> None:
    """Show why the last edit was refused."""
    if words := st.session_state.pop(REFUSED, None):
        show_message(words, show=st.warning, icon=":material/block:", advice="Your net is as before.")


def forget_folds() -> None:
    """Let what is folded in the diagram be what is by itself: another net has other blocks."""
    for key in (OPENED, FOLDED):
        st.session_state.pop(key, None)
