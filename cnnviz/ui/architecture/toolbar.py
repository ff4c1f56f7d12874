"""The toolbar: undo, redo, the list of moves, the pinned net, the batch, and the link to the Training page."""

import streamlit as st

from cnnviz.architecture.analysis.analyze import Analysis
from cnnviz.architecture.export.url import encode
from cnnviz.text.markup import as_markdown
from cnnviz.ui.app.page_frame import page
from cnnviz.ui.architecture.totals import show_batch_choice
from cnnviz.ui.session.current_net import current_net, go_to_move, moves, pin, pinned_net, set_net

SHOWN_MOVES_HEIGHT = 320


def show_toolbar(analysis: Analysis | None) -> None:
    """Undo, redo, the list of moves, pin, what a batch is, train."""
    history, pinned = moves(), pinned_net()
    words = [as_markdown(each) for each in history.words]
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center", width="content", key="net_toolbar"):
        st.button(
            "Undo",
            icon=":material/undo:",
            key="net_undo",
            disabled=not history.can_undo,
            on_click=lambda: go_to_move(moves().position - 1),
            help=f"Take back: {words[history.position]}" if history.can_undo else "There is no move to undo",
        )
        st.button(
            "Redo",
            icon=":material/redo:",
            key="net_redo",
            disabled=not history.can_redo,
            on_click=lambda: go_to_move(moves().position + 1),
            help=f"Again: {words[history.position + 1]}" if history.can_redo else "No move was undone",
        )
        with st.popover(f"Moves ({len(history.moves)})", icon=":material/history:"):
            _show_moves()
        if pinned is None:
            st.button(
                "Pin",
                icon=":material/keep:",
                key="net_pin",
                on_click=lambda: pin(current_net()),
                help="Keep this net to compare with: every move then shows the difference to it as well",
            )
        else:
            with st.popover(f"Pinned: {as_markdown(pinned.name)}", icon=":material/keep:"):
                st.button("Pin the present net instead", key="net_pin", on_click=lambda: pin(current_net()))
                st.button("Go back to the pinned net", key="net_take_pinned", on_click=_take_pinned)
                st.button("Unpin", key="net_unpin", on_click=lambda: pin(None))
        show_batch_choice(analysis)
        _train_link(is_possible=analysis is not None)


def _train_link(*, is_possible: bool) -> None:
    this = {"net": encode(current_net())}
    label, icon = "Train this net", ":material/play_circle:"
    st.page_link(page("training"), label=label, icon=icon, query_params=this, disabled=not is_possible)


def _show_moves() -> None:
    """Every move, newest first; a click goes there."""
    history = moves()
    st.session_state.net_move = history.position  # always: the browser knows a move by its words
    with st.container(height=SHOWN_MOVES_HEIGHT, border=False):
        st.radio(
            "Moves, newest first: click one to go there",
            list(reversed(range(len(history.moves)))),
            format_func=lambda position: as_markdown(f"{position + 1}. {history.words[position]}"),
            key="net_move",
            on_change=_go_to_chosen,
        )


def _go_to_chosen() -> None:
    position = st.session_state.net_move
    if position in range(len(moves().moves)):  # a list drawn before the last move may know others
        go_to_move(position)


def _take_pinned() -> None:
    net = pinned_net()
    if net is not None:
        set_net(net, words="Went back to the pinned net")
