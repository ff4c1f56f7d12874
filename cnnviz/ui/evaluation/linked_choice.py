"""A choice about a run that its link names, and that stays while other pages are looked at."""

from collections.abc import Callable, Sequence

import streamlit as st

from cnnviz.runs.records import Run
from cnnviz.ui.app.messages import warn


def choose_linked(
    run: Run,
    name: str,
    options: Sequence[str],
    *,
    label: str,
    format_func: Callable[[str], str],
    problem: Callable[..., str],
) -> str | None:
    """Let the visitor choose one of these options, or none; `?name=` says in a link which.

    Parameters
    ----------
    run : Run
        The one that is looked at: of another one nothing is kept.
    name : str
        Of the choice, in the address.
    options : sequence of str
        As they stand in the address; without any there is no box.
    label : str
        What the box says while none is chosen.
    format_func : callable
        Names an option.
    problem : callable
        (received=text) -> what is said of a link that names none of them, as `text.links.link_problem` says it.
    """
    state, said = st.session_state, st.query_params.get(name)
    key, remembered = f"evaluated_{name}", f"linked_{name}"
    shown, known = state.get(remembered, (run.id, None))
    chosen = state.get(key, known) if shown == run.id else None
    if said is not None and (said != known or key not in state):  # a link, or Back
        chosen = said
        if chosen not in options:
            warn(problem(received=said))
    # also where nothing has changed: the box that had this key on the last page is another one to Streamlit
    state[key] = chosen if chosen in options else None
    if options:
        st.selectbox(
            label,
            options,
            index=None,
            key=key,
            format_func=format_func,
            placeholder=label,
            label_visibility="collapsed",
            width=190,
        )
    chosen = state[key]
    if chosen is None:
        st.query_params.pop(name, None)
    else:
        st.query_params[name] = chosen
    state[remembered] = run.id, chosen
    return chosen
