"""Choosing a finished run, remembered in the link."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import PurePath

import streamlit as st

from cnnviz.access.visitor import OPERATOR_ID
from cnnviz.datasets.catalogue import DATASETS
from cnnviz.datasets.dataset import OWN_IMAGES, UPLOADS, shown_name
from cnnviz.runs.records import Run
from cnnviz.text.units import percent_text
from cnnviz.training.recipes import STARTER_NAME
from cnnviz.ui.app.messages import warn
from cnnviz.ui.session.visitor import current_visitor, listed_runs, missing_text, with_named
from cnnviz.ui.shared.elements import tell_words

NOT_HERE = "The link names a run that is not kept here, not shared with you, or without a net and results."
NO_RUNS = (
    "There is no finished training yet. Start one on the Training page; it appears here when it is done. "
    "Or open a net of your own on the page Inside."
)
OF_ITS_NET = "epoch", "cell", "minus", "image", "index", "layer", "unit"
"""What else a link says of the net of its run, and of no other one."""
OF_THE_PAGE = "part", "view", "picture"
"""What it says of the page, whatever net is shown there."""
OWN_NET = "own net"
STARTER_TITLE = "Home page's net"
CHOSEN, LINKED, PICKED = "chosen_run", "linked_run", "picked_run"
"""Keys of the session: the run in the box, the one that the address named when the page was last drawn, and the one
that was picked on any page, where that is not simply the newest."""


def choose_run(*, slim: bool = False, among: Sequence[Run] | None = None) -> Run | None:
    """Let the visitor choose among the runs that have a net, newest first; `?run=` names one in a link.

    `slim`: without the line above that says what is chosen. `among`: the listed runs, where the page has them already.
    Of very many it offers the newest, and those that a link or the Runs page names.
    """
    listed = listed_runs(with_net=True) if among is None else among
    listed = with_named(list(listed), (st.session_state.get(CHOSEN), st.session_state.get(PICKED)))
    runs = {run.id: run for run in listed if run.status.has_model and run.metrics}
    wanted = st.query_params.get("run")
    if wanted is not None and wanted not in runs:
        said = missing_text(wanted, NOT_HERE)
        warn(f"{said} The newest one is shown." if runs else said)
        forget_in_link("run", *OF_ITS_NET)
    if not runs:
        forget_in_link(*OF_ITS_NET, *OF_THE_PAGE)
        st.info(NO_RUNS, icon=":material/info:")
        return None
    # the box keeps its key: one that followed the address by its index would be another box after each choice
    state = st.session_state
    if wanted in runs and (CHOSEN not in state or wanted != state.get(LINKED)):  # a link, or Back
        state[CHOSEN] = wanted
    elif state.get(CHOSEN) not in runs:
        state[CHOSEN] = state.get(PICKED) if state.get(PICKED) in runs else next(iter(runs))
    else:  # the box of the last page had this key, but is another one to Streamlit, which would begin anew
        state[CHOSEN] = state[CHOSEN]
    labels = distinct_labels(runs, label)
    tell_words(CHOSEN, labels.values())
    chosen = st.selectbox(
        "Trained net",
        list(runs),
        key=CHOSEN,
        format_func=labels.__getitem__,
        label_visibility="collapsed" if slim else "visible",
    )
    state[LINKED] = None
    if wanted is not None or chosen != next(iter(runs)):
        put_in_link(chosen)
        pick(chosen)
    return runs[chosen]


def forget_in_link(*names: str) -> None:
    """Take something out of the address."""
    for name in names:
        st.query_params.pop(name, None)


def put_in_link(run_id: str) -> None:
    """Let the address name that run, the one that is in the box."""
    st.query_params["run"] = st.session_state[LINKED] = run_id


def pick(run_id: str) -> None:
    """Let the other pages of this session begin with that run."""
    st.session_state[PICKED] = run_id


def distinct_labels(runs: dict[str, Run], label: Callable[[Run], str]) -> dict[str, str]:
    """Labels that differ, because the browser names a choice by its label: those of one minute may be alike."""
    labels = {key: label(run) for key, run in runs.items()}
    alike = {text for text, count in Counter(labels.values()).items() if count > 1}
    return {key: f"{text}, run {runs[key].id}" if text in alike else text for key, text in labels.items()}


def label(run: Run) -> str:
    """Label of a run in a list: net, images, accuracy, time."""
    images = "held-out" if run.config.fold else "test"
    share = percent_text(run.metrics.get("accuracy"), digits=1)
    accuracy = f", {images} accuracy {share}" if "accuracy" in run.metrics else ""
    return f"{title(run)}{accuracy} ({run.created:%d %b %H:%M} UTC)"


def is_starter(run: Run) -> bool:
    """Whether it is the net of the Home page, as it came with the program."""
    return run.name == STARTER_NAME and run.owner == OPERATOR_ID


def title(run: Run) -> str:
    """Net and images of a run; of a path its last part. A net that was brought along has images once evaluated."""
    if is_starter(run):
        return STARTER_TITLE
    name = f"{run.name} ({OWN_NET})" if run.origin else run.name
    return f"{name} on {images_title(run)}" if run.config.dataset else name


def without_place(run: Run, images: str | None = None) -> Run:
    """Give a run to be shown in full: the path of its images tells where this server keeps what.

    `images`: what it is called instead, where no visitor's page is being drawn; `images_title` by default.
    """
    if run.config.dataset in DATASETS:
        return run
    shown = images_title(run) if images is None else images
    return replace(run, config=run.config.model_copy(update={"dataset": shown}))


def images_title(run: Run) -> str:
    """Name of a run's images; of uploads what their owner called them, for the owner alone."""
    if run.config.dataset in DATASETS:
        return DATASETS[run.config.dataset].title
    is_upload = _is_upload(run.config.dataset)
    return OWN_IMAGES if is_upload and run.owner != current_visitor().id else shown_name(run.config.dataset)


def tested_title(run: Run) -> str:
    """Name of the images that a run was tested on: those of another set, where that lends its test images."""
    known = DATASETS.get(run.config.dataset)
    return images_title(run) if known is None or run.config.fold else DATASETS[known.tested_on].title


def named_images(datasets: Sequence[str]) -> dict[str, str]:
    """Names of images that tell nobody where they lie -> what runs call them; without what others have uploaded."""
    mine = current_visitor().id
    named = {name: name for name in datasets if name in DATASETS}
    for path in datasets:
        if path and path not in DATASETS and (not _is_upload(path) or mine in PurePath(path).parts):
            title = shown_name(path)
            named[title if title not in named else f"{title} ({len(named)})"] = path
    return named


def _is_upload(path: str) -> bool:
    return UPLOADS in PurePath(path).parts[-3:-1]
