"""Which runs are compared: the address names them, `?runs=id,id`, and the page changes it."""

from collections.abc import Sequence

import streamlit as st

from cnnviz.errors import UnknownName
from cnnviz.plots.comparison import LETTERS, RUN_COLOURS
from cnnviz.runs.comparison import Row, compare_runs, images_tested_on, told_apart
from cnnviz.runs.records import Run
from cnnviz.text.labels import short_labels
from cnnviz.text.markup import as_markdown
from cnnviz.text.units import count_text, percent_text
from cnnviz.ui.app.messages import warn
from cnnviz.ui.app.page_frame import page
from cnnviz.ui.components.compared_runs import RunCard, compared_runs
from cnnviz.ui.inputs.run_picker import STARTER_TITLE, distinct_labels, images_title, is_starter, label, tested_title
from cnnviz.ui.session.visitor import shown_run

NAME = "runs"
KEPT = "compared"
"""Key of the session: the ids that were compared last, for a way back to the page without its address."""
ADD = "compare_add"
MOST = len(LETTERS)
FIGURE_LABEL = 18  # letters of a name in a figure
MOST_READ = 24  # ids of an address that are looked up
NOT_KEPT = "The link names {count} not kept here or not shared with you. {shown}"
LEFT, INSTEAD = "What is left of it is shown.", "The newest runs are shown instead."
TOO_MANY = "At most {most} runs are compared, so the first {most} of the link are shown. Received: {received}."
NO_RUNS = "There is no run to compare yet. Train two nets, and both stand here beside each other."
ONE_RUN = "This is one run. Add another one to compare it with."
NO_OTHER = "This is the only run so far. Train another net, and both stand here beside each other."


def choose_runs(listed: Sequence[Run]) -> list[Run]:
    """Let the visitor choose up to six runs; those of the address, of this session, or the newest two that fit."""
    runs = _linked() or _found(st.session_state.get(KEPT, []))[0] or suggested(listed)
    st.session_state[KEPT] = [run.id for run in runs]
    if not runs:
        st.info(NO_RUNS, icon=":material/info:")
        st.page_link(page("training"), label="Train a net", icon=":material/play_circle:")
        return []
    if st.query_params.get(NAME) != _text(runs):
        _name_in_link([run.id for run in runs])
    compared_runs(_cards(runs), on_order=_name_in_link)
    return runs


def choose_more(runs: Sequence[Run], listed: Sequence[Run]) -> None:
    """Let the visitor add one of the other listed runs."""
    chosen = {run.id for run in runs}
    others = {run.id: run for run in listed if run.id not in chosen}
    names = distinct_labels(others, label)
    is_full = len(runs) >= MOST
    st.selectbox(
        "Add a run",
        list(others),
        index=None,
        key=ADD,
        format_func=lambda run_id: names.get(run_id, ""),
        placeholder=f"{MOST} runs at most" if is_full else "Add a run to compare",
        disabled=is_full or not others,
        label_visibility="collapsed",
        on_change=_add,
        args=([run.id for run in runs],),
        width=230,
    )


def say_one(runs: Sequence[Run], listed: Sequence[Run]) -> None:
    """Say of a single run that it needs another one, and offer the newest with the same test images."""
    if len(runs) != 1:
        return
    others = sorted((run for run in listed if run.id != runs[0].id), key=is_starter)
    if not others:
        st.info(NO_OTHER, icon=":material/info:")
        st.page_link(page("training"), label="Train another net", icon=":material/play_circle:")
        return
    st.info(ONE_RUN, icon=":material/info:")
    images = images_tested_on(runs[0])
    like = next((run for run in others if run.metrics and images_tested_on(run) == images), others[0])
    words = f"Compare it with {as_markdown(label(like))}"
    st.button(words, icon=":material/add:", on_click=_name_in_link, args=([runs[0].id, like.id],))


def suggested(listed: Sequence[Run]) -> list[Run]:
    """The newest two of these runs that were tested on the same images; else the newest one."""
    ended = [run for run in listed if run.status.has_model and run.metrics and run.config.dataset]
    ended.sort(key=is_starter)  # it is entered anew with each server, but nobody has just trained it
    for place, run in enumerate(ended):
        for other in ended[place + 1 :]:
            if images_tested_on(run) == images_tested_on(other):
                return [run, other]
    return ended[:1] or list(listed[:1])


def rows_of(runs: Sequence[Run]) -> list[Row]:
    """All settings and results of these runs beside each other; images are called what this visitor may know."""
    return compare_runs(runs, [images_title(run) for run in runs])


def names_of(runs: Sequence[Run]) -> list[str]:
    """A name of each run that tells it from the others: with a setting where several are called alike."""
    names = [STARTER_TITLE if is_starter(run) else run.name for run in runs]
    told = told_apart(names, [run.id for run in runs], rows_of(runs))
    return [", ".join(filter(None, both)) for both in zip(names, told, strict=True)]


def short_names_of(runs: Sequence[Run]) -> list[str]:
    """The same for figures, where there is little room: without what all of them are called."""
    parts = [name.split(", ") for name in names_of(runs)]
    shared = set.intersection(*map(set, parts)) if len(parts) > 1 else set()
    told = [", ".join(part for part in name if part not in shared) or ", ".join(name) for name in parts]
    return short_labels(told, FIGURE_LABEL)


def lettered(runs: Sequence[Run]) -> list[str]:
    """The letter and the name of each run, for boxes and headings of tables."""
    return [f"{letter} · {name}" for letter, name in zip(LETTERS, names_of(runs), strict=False)]


def _linked() -> list[Run]:
    """The runs of the address that this visitor may see; what is wrong with it is said in a sentence each."""
    text = st.query_params.get(NAME, "")
    ids = list(dict.fromkeys(one for one in text.split(",") if one))[:MOST_READ]
    runs, lost = _found(ids)
    if lost:
        count = f"{count_text(lost, 'run')} that {'is' if lost == 1 else 'are'}"
        warn(NOT_KEPT.format(count=count, shown=LEFT if runs else INSTEAD))
    if len(runs) > MOST:
        warn(TOO_MANY.format(most=MOST, received=count_text(len(runs), "run")))
    return runs[:MOST]


def _found(ids: Sequence[str]) -> tuple[list[Run], int]:
    """The runs of these ids, and how many of them there are none of."""
    runs = []
    for run_id in ids:
        try:
            runs.append(shown_run(run_id))
        except UnknownName:
            continue
    return runs, len(ids) - len(runs)


def _add(ids: list[str]) -> None:
    added = st.session_state.get(ADD)
    st.session_state[ADD] = None
    if added:
        _name_in_link([*ids, added])


def _name_in_link(ids: list[str]) -> None:
    st.query_params[NAME] = ",".join(ids)


def _text(runs: Sequence[Run]) -> str:
    return ",".join(run.id for run in runs)


def _cards(runs: Sequence[Run]) -> list[RunCard]:
    return [
        RunCard(run.id, letter, colour, name, _note(run))
        for run, letter, colour, name in zip(runs, LETTERS, RUN_COLOURS, names_of(runs), strict=False)
    ]


def _note(run: Run) -> str:
    """What a run got right, and of which images."""
    accuracy = run.metrics.get("accuracy")
    right = run.status.value if accuracy is None else f"test accuracy {percent_text(accuracy, digits=1)}"
    return " · ".join(filter(None, (right, tested_title(run))))
