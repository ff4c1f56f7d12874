"""Who visits this session, and the runs that this visitor may look at."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import streamlit as st

from cnnviz.access.visitor import (
    OPERATOR_ID,
    Visitor,
    is_operator_secret,
    is_secret,
    new_secret,
    visitor_named,
    visitor_with_secret,
)
from cnnviz.errors import UnknownName
from cnnviz.runs.missing import why_not_there
from cnnviz.runs.permitted import active_runs, visible_run
from cnnviz.runs.records import Run
from cnnviz.settings import read_places
from cnnviz.text.links import link_problem
from cnnviz.ui.app import services
from cnnviz.ui.app.messages import warn
from cnnviz.web.visitor_cookie import COOKIE

SECRET = "visitor_secret"
"""Of a browser without the cookie, in the session: whoever it is, is forgotten with it."""
NOT_KEPT = "The link names a run that is not kept here or not shared with you."
EPOCH = "epoch"
"""What an epoch of the run is called in an address."""
LINKS = ("run", "minus")
"""What the runs that are looked at are called in an address."""
OPERATOR_SECRET = "operator_secret"
"""What was typed as the operator's, in the session."""


def current_visitor() -> Visitor:
    """The user whom a login names, else whoever holds the cookie's secret."""
    user = _user_name(st.user.to_dict())
    visitor = visitor_named(user) if user else visitor_with_secret(_secret())
    typed = st.session_state.get(OPERATOR_SECRET, "")
    if not typed:  # nearly always, and asked for each row of a table: reading settings takes a millisecond
        return visitor
    return replace(visitor, is_operator=is_operator_secret(typed, read_places("operator").operator))


def is_remembered() -> bool:
    """Whether this visitor is known again after the session: by a login or the cookie."""
    return bool(_user_name(st.user.to_dict()) or cookie_secret())


def run_of_link() -> Run | None:
    """The run that this page's address names; None where it names none that this visitor may see."""
    run_id = st.query_params.get("run")
    try:
        return None if run_id is None else shown_run(run_id)
    except UnknownName:
        return None


def linked_run(advice: str) -> Run | None:
    """As `run_of_link`; says on top that there is none behind a link, of one hidden from this visitor nothing else."""
    run = run_of_link()
    if run is None and "run" in st.query_params:
        warn(f"{missing_text(st.query_params.pop('run'))} {advice}")
        st.query_params.pop(EPOCH, None)
    elif run is None and EPOCH in st.query_params:
        said = st.query_params.pop(EPOCH)
        warn(link_problem("an epoch", "none is shown", lack="belongs to no run", received=said))
    elif run is not None:
        st.query_params["run"] = run.id  # also after a link on this very page, which leaves the browser's address alone
    return run


def missing_text(run_id: str, otherwise: str = NOT_KEPT) -> str:
    """Say why a link leads to no run: deleted or damaged, if this visitor may know of it, else `otherwise`."""
    return why_not_there(services.store(), run_id, current_visitor()) or otherwise


def shown_run(run_id: str) -> Run:
    """A run, looked up anew; raises UnknownName where there is none that this visitor may see."""
    return visible_run(services.store(), run_id, current_visitor())


def is_there(run_id: str) -> bool:
    """Whether there is a run that this visitor may see; the page's link names another one."""
    try:
        return bool(run_id) and bool(shown_run(run_id))
    except UnknownName:
        return False


def own_trainings() -> dict[str, str]:
    """Ids and names of this visitor's runs that are at work or wait, the oldest first."""
    return active_runs(services.store(), current_visitor().id)


def runs_of_folds() -> list[Run]:
    """Runs that this visitor may see and that answer for parts of training images, newest first; no list has them."""
    return services.store().recent(current_visitor(), of_folds=True)


def listed_runs(*, limit: int = 200, with_net: bool = False) -> list[Run]:
    """This visitor's runs and those shared with everybody, newest first, and at the end those of the page's link.

    `with_net`: only those that have a net to look at.
    """
    runs = services.store().recent(current_visitor(), limit=limit, with_net=with_net)
    return with_named(runs, map(st.query_params.get, LINKS))


def with_named(runs: list[Run], run_ids: Iterable[str | None]) -> list[Run]:
    """Add the runs of these ids that this visitor may see and that are not among them: they may be older."""
    there = {run.id for run in runs}
    missing = dict.fromkeys(run_id for run_id in run_ids if run_id and run_id not in there)
    return [*runs, *(shown_run(run_id) for run_id in missing if is_there(run_id))]


def whose(run: Run) -> str:
    """To whom a run belongs, in a word."""
    if run.owner == current_visitor().id:
        return "you"
    return "this server" if run.owner == OPERATOR_ID else "somebody else"


def cookie_secret() -> str:
    """The secret of this browser's cookie; "" where it has none."""
    given = st.context.cookies.get(COOKIE)
    return given if given is not None and is_secret(given) else ""


def _secret() -> str:
    return cookie_secret() or st.session_state.setdefault(SECRET, new_secret())


def _user_name(user: Mapping[str, object]) -> str:
    """The name that does not change, of the user whom the operator's login or proxy has told; "" if it has not."""
    if user.get("is_logged_in"):
        return f"{user.get('iss', '')} {user['sub']}" if user.get("sub") else str(user.get("email") or "")
    trusted = st.get_option("server.trustedUserHeaders") or {}
    told = [user.get(key) for key in ("sub", "email", *trusted.values()) if key in trusted.values()]
    return next((str(name) for name in told if name), "")
