"""Who else may look at a run, and the operator, who may look at all."""

import threading
import time
from urllib.parse import urljoin

import streamlit as st

from cnnviz.access.permission import Sharing
from cnnviz.access.visitor import is_operator_secret
from cnnviz.errors import NotAllowed
from cnnviz.runs.records import Run
from cnnviz.settings import read_places
from cnnviz.ui.app import services
from cnnviz.ui.app.page_frame import errors_shown
from cnnviz.ui.session.visitor import OPERATOR_SECRET, current_visitor

CHOICES = {
    Sharing.PRIVATE: "Only me",
    Sharing.LINK: "Whoever has the link",
    Sharing.EVERYBODY: "Everybody here, in every list",
}
WHAT_IS_SHARED = "They see its net, curves and test images, and can change nothing."

GUESS_SECONDS = 1.0
_guessing = threading.Lock()  # so that a program that tries one secret after another has one try a second


def show_sharing(run: Run) -> None:
    """Let the owner say who may look at a run, and copy its link."""
    with st.popover("Share", icon=":material/share:", key=f"share-{run.id}"):
        chosen = Sharing(
            st.radio(
                "Who may look at this run?",
                list(CHOICES),
                index=list(CHOICES).index(run.sharing),
                format_func=CHOICES.__getitem__,
                key=f"sharing-{run.id}-{run.sharing}",  # a choice in another tab makes another control
            )
        )
        if chosen is not run.sharing:
            services.engine().share(run.id, chosen, by=current_visitor())
            st.rerun()
        st.caption(WHAT_IS_SHARED)
        if run.sharing is not Sharing.PRIVATE:
            st.code(urljoin(st.context.url or "", f"training?run={run.id}"), language=None)


def show_operator() -> None:
    """Ask for the operator's secret, where the server has one."""
    expected = read_places("operator").operator
    if expected is None:
        return
    with st.expander("For the operator of this server", icon=":material/admin_panel_settings:"), errors_shown():
        if current_visitor().is_operator:
            st.write("You see all runs of this server and may stop, rename, share and delete them.")
            if st.button("Be an ordinary visitor again"):
                st.session_state.pop(OPERATOR_SECRET)
                st.rerun()
            return
        typed = st.text_input("Secret of the operator", type="password", key="operator_typed")
        if st.button("Be the operator", disabled=not typed):
            with _guessing:
                time.sleep(GUESS_SECONDS)
            if not is_operator_secret(typed, expected):
                raise NotAllowed("This is not the secret that CNNVIZ_OPERATOR holds. Type it again.")
            st.session_state[OPERATOR_SECRET] = typed
            st.rerun()
