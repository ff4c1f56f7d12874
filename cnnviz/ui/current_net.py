"""The net that the visitor is working on: kept for the session and in the link, read by several pages."""

import streamlit as st

from cnnviz.architecture.link import decode, encode
from cnnviz.architecture.presets import DEFAULT_PRESET, get_preset
from cnnviz.architecture.spec import Architecture
from cnnviz.errors import InvalidLink

KEY = "net_json"


def current_net() -> Architecture:
    """The net of the link, else of this session, else the default preset."""
    text = st.query_params.get("net")
    if text and st.session_state.get("net_link") != text:
        st.session_state.net_link = text
        try:
            set_net(decode(text))
        except InvalidLink as error:
            st.warning(f"{error} The page starts with a preset instead.", icon=":material/link_off:")
    if KEY not in st.session_state:
        set_net(get_preset(DEFAULT_PRESET).architecture)
    return Architecture.from_json(st.session_state[KEY])


def set_net(architecture: Architecture) -> None:
    """Work on another net from now on."""
    st.session_state[KEY] = architecture.to_json()


def keep_in_link(architecture: Architecture) -> None:
    """Write the net into the address, so that the link restores it."""
    st.session_state.net_link = encode(architecture)
    st.query_params["net"] = st.session_state.net_link
