"""What a visitor has set on the pages outlasts reload and tab: it is kept on the server, by visitor.

What stands in a page's address comes before it.
"""

from contextlib import suppress
from typing import Any

import streamlit as st

from cnnviz.architecture.export.url import decode, encode
from cnnviz.architecture.presets.catalogue import DEFAULT_PRESET, get_preset
from cnnviz.errors import InvalidLink, StoreUnavailable
from cnnviz.runs.visitor_settings import load_settings, save_settings
from cnnviz.ui.app import services
from cnnviz.ui.session.current_net import MOVES, moves, set_net
from cnnviz.ui.session.training_settings import CONFIG, ROLES
from cnnviz.ui.session.visitor import current_visitor, is_remembered

KEPT = "settings_kept"
"""In the session: the visitor's id, and what is kept of them."""
NET = "net"
PREFIXES = ("training_", "augment_", "images_", "own_folder", ROLES)
"""What the keys of kept settings begin with: the form of the Training page, and images of one's own."""
NOT_KEPT = (CONFIG, "training_from", "training_preview")
SHOWN_ONLY = "_text"  # how number fields show a setting


def remember_settings() -> None:
    """Bring back what this visitor has set before, once in a session; then keep what they change.

    To be called at the start of each run: a click has changed the session by then, and nothing is drawn yet.
    """
    if not is_remembered():
        return
    visitor, state = current_visitor(), st.session_state
    if KEPT not in state:
        state[KEPT] = visitor.id, load_settings(services.store(), visitor)
        _bring_back(state[KEPT][1])
    owner, kept = state[KEPT]
    present = {**(kept if owner == visitor.id else {}), **_present()}
    if present != kept or owner != visitor.id:
        state[KEPT] = visitor.id, present
        with suppress(StoreUnavailable):  # the page says so where it matters: a training cannot be kept either
            save_settings(services.store(), visitor, present)


def _present() -> dict[str, Any]:
    """The settings of this session by key, as JSON gives them back."""
    found: dict[str, Any] = {}
    for key, value in st.session_state.items():
        name = str(key)
        if name.startswith(PREFIXES) and name not in NOT_KEPT and not name.endswith(SHOWN_ONLY):
            found[name] = _with_lists(value) if name == ROLES else value
    if MOVES in st.session_state and moves().present != get_preset(DEFAULT_PRESET).architecture:
        found[NET] = encode(moves().present)
    return {name: value for name, value in found.items() if isinstance(value, bool | int | float | str | dict | None)}


def _bring_back(kept: dict[str, Any]) -> None:
    state = st.session_state
    for name, value in kept.items():
        if name.startswith(PREFIXES) and name not in state:
            state[name] = _with_tuples(value) if name == ROLES else value
    if NET in kept and MOVES not in state:
        try:
            net = decode(kept[NET])
        except InvalidLink:
            return
        set_net(net, words="As you left it")
        state.net_carried = net.to_json()


def _with_lists(roles: dict[str, Any]) -> dict[str, Any]:
    return {path: [list(role) for role in said] for path, said in roles.items()}


def _with_tuples(roles: dict[str, Any]) -> dict[str, Any]:
    return {path: tuple((folder, role) for folder, role in said) for path, said in roles.items()}
