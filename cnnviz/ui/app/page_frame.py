"""The frame of all pages: navigation, header, status line, and the place where errors are shown."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import streamlit as st

from cnnviz.engine.workers.worker_connection import EngineStatus
from cnnviz.errors import CnnvizError, InputWanted, TrainingBusy
from cnnviz.text.markup import as_markdown, as_name
from cnnviz.ui.app import services
from cnnviz.ui.app.messages import begin_warnings, show_message

logger = logging.getLogger(__name__)

STATUS_SECONDS = 2.0

UNEXPECTED = "Something went wrong on this page, and it is not your fault. Reload the page; your runs are kept."

LOGIN_HELP = (
    "What you train and upload then belongs to you on every device. What you did in this browser before stays with it: "
    "log out to see it again."
)

LINKED_TRAININGS = "linked_trainings"
"""Key of the session: ids of the trainings to which the page that is drawn links by itself."""

PAGES_FOLDER = Path(__file__).parents[3] / "pages"

PAGES = {
    "home": ("Home", ":material/home:"),
    "kernels": ("Kernels", ":material/apps:"),
    "architecture": ("Architecture", ":material/account_tree:"),
    "images": ("Images", ":material/photo_library:"),
    "training": ("Training", ":material/play_circle:"),
    "inside": ("Inside", ":material/layers:"),
    "evaluation": ("Evaluation", ":material/grid_view:"),
    "compare": ("Compare", ":material/compare_arrows:"),
    "sweeps": ("Sweeps", ":material/grid_on:"),
    "runs": ("Runs", ":material/history:"),
    "tutorials": ("Tutorials", ":material/school:"),
}
"""File name -> title and icon, in the order of the navigation."""
ASIDE = {"sweeps", "tutorials"}
"""Pages that Home, Training, Evaluation and Runs lead to: each one more in the navigation is one more Tab to Start."""


def header(title: str, lead: str) -> None:
    """Draw the title of a page and one sentence on what to do there, in one row."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="page_header"):
        st.title(title, anchor=False, width="content")
        st.markdown(lead, width="content")
    begin_warnings(title)
    st.session_state[LINKED_TRAININGS] = []
    # Streamlit and plotly need it further down, and plotly takes it from sys.modules even while another visitor's
    # thread is still importing it: a figure would fail. Not sooner, because the title need not wait for it.
    import pandas  # noqa: F401


@contextmanager
def errors_shown() -> Iterator[None]:
    """Show a CnnvizError in one sentence at this place; what follows on the page still runs."""
    try:
        yield
    except InputWanted as hint:
        show_message(hint, show=st.info, icon=":material/info:")
    except TrainingBusy as busy:
        show_message(busy)
        if busy.run_id not in st.session_state.get(LINKED_TRAININGS, []):
            _link_training(busy.run_id, busy.name)
    except CnnvizError as error:
        show_message(error)


def link_trainings(trainings: Mapping[str, str]) -> None:
    """Link to trainings of the visitor's own by their ids and names; a refusal on this page links to none of them."""
    for run_id, name in trainings.items():
        _link_training(run_id, name)
    st.session_state[LINKED_TRAININGS] = list(trainings)


def _link_training(run_id: str, name: str) -> None:
    label = f"Go to your training **{as_markdown(as_name(name))}**"  # true also once it has ended
    st.page_link(page("training"), label=label, icon=":material/visibility:", query_params={"run": run_id})


def show_unexpected(error: Exception) -> bool:
    """Show one sentence instead of a traceback; the traceback goes to the server's log."""
    logger.error("A page failed", exc_info=error)
    st.error(UNEXPECTED, icon=":material/error:")
    return True


def show_status() -> None:
    """Show one line on the workers; it looks again only while none is ready."""
    is_ready = services.is_ready()
    with st.container(key="sidebar_status"):
        st.fragment(_status_line, run_every=None if is_ready else STATUS_SECONDS)(is_ready)


def _status_line(was_ready: bool) -> None:
    status = services.engine().status()
    icon, text = _describe_status(status)
    st.caption(f"{icon} {text}")
    if was_ready != (status.state == "ready"):
        st.rerun()  # ends or begins the polling: a fragment cannot do that by itself


def _describe_status(status: EngineStatus) -> tuple[str, str]:
    """Icon and text for an engine's state."""
    if status.state == "starting":
        return ":material/hourglass_top:", "Starting the worker"
    if status.state == "warming":
        return ":material/hourglass_bottom:", "Worker is loading TensorFlow (about 15 s)"
    if status.state == "lost":
        return ":material/cloud_off:", f"No worker. {as_markdown(status.message)}"
    return ":material/memory:", f"{as_markdown(status.device)} · {work_text(status)}"


def work_text(status: EngineStatus) -> str:
    """Say what the workers do: who waits in the queue is not told that they are ready."""
    told = {"training": status.num_running, "waiting": status.num_queued}
    return ", ".join(f"{number:,} {what}" for what, number in told.items() if number) or "ready"


def show_login() -> None:
    """Let a user log in and out, where the operator has set up a login (`st.login`); elsewhere nothing is shown."""
    user = st.user.to_dict()
    if "is_logged_in" not in user:
        return
    if user["is_logged_in"]:
        st.text(f"Logged in as {user.get('name') or user.get('email') or user.get('sub')}")
        st.button("Log out", icon=":material/logout:", on_click=st.logout)
        return
    auth = st.secrets["auth"]
    named = [] if "client_id" in auth else [name for name, value in auth.items() if isinstance(value, Mapping)]
    ways: dict[str, tuple[str, ...]] = {f"Log in with {name}": (name,) for name in named} or {"Log in": ()}
    for label, provider in ways.items():
        st.button(label, icon=":material/login:", on_click=st.login, args=provider, help=LOGIN_HELP)


def page(name: str) -> st.Page:
    """Return the page of a file name, for `st.navigation`, `st.switch_page` and `st.page_link`."""
    title, icon = PAGES[name]
    return st.Page(
        PAGES_FOLDER / f"{name}.py",
        title=title,
        icon=icon,
        url_path=name,
        default=name == "home",
        visibility="hidden" if name in ASIDE else "visible",
    )


def navigation() -> st.Page:
    """Declare all pages and return the one that is asked for; `?embed=true` shows no way to the others."""
    return st.navigation([page(name) for name in PAGES], position="hidden" if st.context.is_embedded else "sidebar")
