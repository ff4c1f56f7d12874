"""The net that the visitor works on, its moves, and the one it is compared with: kept in session and link."""

import streamlit as st

from cnnviz.architecture.editing.history import History
from cnnviz.architecture.export.url import decode, encode
from cnnviz.architecture.presets.catalogue import DEFAULT_PRESET, get_preset
from cnnviz.architecture.spec import Architecture
from cnnviz.architecture.spec.naming import path_names
from cnnviz.architecture.spec.paths import Path, path_text
from cnnviz.errors import InvalidInput, InvalidLink
from cnnviz.plots.diagram.diagram import VIEWS
from cnnviz.text.labels import known_text
from cnnviz.text.links import link_problem
from cnnviz.training.recipes import NAMED_NETS
from cnnviz.ui.app.messages import warn
from cnnviz.ui.shared.elements import choice_in_link

MOVES, PINNED, SELECTED = "net_moves", "net_pinned", "net_selected"
TAKEN = "net_taken"
"""Session key of the net, as text, that the Training page has taken from its address."""
VIEW = "net_view"
"""Session key of the diagram's view, a key of `plots.diagram.diagram.VIEWS`."""
STAYS = "the page starts with a preset instead", "the net from before stays"
"""What is said of a link that cannot be taken, by whether there was a net before."""
IMAGE: Path = ()
"""What is selected when it is the input, not a layer."""


def current_net() -> Architecture:
    """The net of the link, else of this session, else the default preset."""
    text = st.query_params.get("net")
    if text and _is_new("net", text):
        try:
            set_net(decode(text), words="Opened a link")
        except InvalidLink as error:
            stays = STAYS[MOVES in st.session_state]
            warn(f"{stays[0].upper()}{stays[1:]}. {error}")
    return moves().present


def moves() -> History:
    """All moves of this session; it starts with the default preset."""
    if MOVES not in st.session_state:
        st.session_state[MOVES] = History.start(get_preset(DEFAULT_PRESET).architecture)
    return st.session_state[MOVES]


def set_net(architecture: Architecture, *, words: str = "") -> None:
    """Make another net the current one; `words` describe the move in the list of moves."""
    if MOVES in st.session_state:
        st.session_state[MOVES] = moves().push(architecture, words=words)
    else:
        st.session_state[MOVES] = History.start(architecture, words=words)


def go_to_move(position: int) -> None:
    """Go back or forth to the net after that move; raises InvalidInput if there is none."""
    st.session_state[MOVES] = moves().go_to(position)


def pinned_net() -> Architecture | None:
    """The net that all others are compared with."""
    return st.session_state.get(PINNED)


def pin(architecture: Architecture | None) -> None:
    """Compare with this net from now on; None: with none."""
    st.session_state[PINNED] = architecture


def selected_layer(architecture: Architecture) -> Path:
    """The path of the selected layer, or the nearest one that the net has; `IMAGE` for the input."""
    path = st.session_state.get(SELECTED, (0,))
    names = path_names(architecture)
    if path == IMAGE or path in names:
        return path
    return (min(path[0], len(architecture.layers) - 1),)


def select(path: Path) -> None:
    """Select a layer, or with `IMAGE` the input."""
    st.session_state[SELECTED] = tuple(path)


def carry_over(architecture: Architecture) -> None:
    """Make a net that was changed the one that the Training page begins with, and let a link there name it again."""
    st.session_state.pop(TAKEN, None)
    text = architecture.to_json()
    if st.session_state.setdefault("net_carried", get_preset(DEFAULT_PRESET).architecture.to_json()) != text:
        st.session_state.net_carried = text
        st.session_state.training_net = "mine"


def keep_in_link(architecture: Architecture) -> None:
    """Write the net into the address, so that the link restores it."""
    text = encode(architecture)
    _is_new("net", text)
    st.query_params["net"] = text


def keep_view_in_link(architecture: Architecture) -> None:
    """Write the pinned net, the selected layer and the diagram's view into the address as well."""
    pinned = pinned_net()
    wanted = {
        "pinned": encode(pinned) if pinned else "",
        "layer": path_text(selected_layer(architecture)) or "image",
        "view": st.session_state.get(VIEW) or "",
    }
    for name, text in wanted.items():
        if text:
            _is_new(name, text)
            st.query_params[name] = text
        elif name in st.query_params:
            del st.query_params[name]


def _is_new(name: str, text: str) -> bool:
    """Whether this session has neither read nor written that part of a link before.

    A click can come with the address of a moment ago, because the browser had not yet been told of
    the new one: what this session wrote itself must not undo what was done since.
    """
    known: set[tuple[str, int]] = st.session_state.setdefault("net_links", set())
    mark = (name, hash(text))
    is_new = mark not in known
    known.add(mark)
    return is_new


def take_preset_from_link() -> None:
    """Take the preset or the net of a fast recipe that the address names, `?preset=lenet5`, and let it name the net."""
    name = choice_in_link("preset", NAMED_NETS, what="preset", instead=STAYS[MOVES in st.session_state])
    if name is None:
        return
    del st.query_params["preset"]
    if _is_new("preset", name):
        st.query_params.pop("net", None)
        set_net(NAMED_NETS[name], words="Opened a link")


def take_view_from_link() -> None:
    """Pin, select and show what the link says; says in place what cannot be read."""
    for name, take in (("pinned", _take_pinned), ("layer", _take_layer), ("view", _take_view)):
        text = st.query_params.get(name)
        if not text or not _is_new(name, text):
            continue
        try:
            take(text)
        except InvalidInput as error:
            warn(error)


def _take_pinned(text: str) -> None:
    pin(decode(text))


def _take_layer(text: str) -> None:
    named = {"image": IMAGE, **{path_text(path): path for path in path_names(moves().present)}}
    if text not in named:
        lack, known = "this net does not have", "image, or a place such as 3 or 3.1.0"
        raise InvalidLink(link_problem("a layer", "another one is selected", lack=lack, expected=known, received=text))
    select(named[text])


def _take_view(text: str) -> None:
    if text not in VIEWS:
        raise InvalidLink(
            link_problem("a view", "the usual one is shown", expected=known_text(list(VIEWS)), received=text)
        )
    st.session_state[VIEW] = text
