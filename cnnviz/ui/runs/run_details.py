"""One run of the list: how it went, its curves and settings, and what can be done with it."""

from collections.abc import Sequence

import streamlit as st

from cnnviz.access.permission import LOOK_ONLY, READ_ONLY, may_change
from cnnviz.datasets.corrections import corrections_text
from cnnviz.runs.labels import MAX_NOTE, MAX_TAGS
from cnnviz.runs.listing import ListedRun, choices, find_listed
from cnnviz.runs.permitted import MAX_NAME
from cnnviz.runs.records import Run, Status
from cnnviz.runs.scopes import Scope
from cnnviz.text.markup import as_markdown
from cnnviz.ui.app import services
from cnnviz.ui.app.page_frame import errors_shown, page
from cnnviz.ui.inputs.run_picker import PICKED, pick, title, without_place
from cnnviz.ui.runs.again import show_again
from cnnviz.ui.runs.downloads import show_downloads
from cnnviz.ui.runs.model_card import show_model_card
from cnnviz.ui.runs.progress import show_changed_images, show_progress, show_start
from cnnviz.ui.runs.run_controls import show_next_steps
from cnnviz.ui.runs.run_panel import show_curves, show_findings
from cnnviz.ui.runs.several import ARCHIVE_HELP, DELETE_HELP, delete_runs, show_actions
from cnnviz.ui.runs.sharing import show_sharing
from cnnviz.ui.session.starting_net import begin_with
from cnnviz.ui.session.visitor import current_visitor, shown_run

TUNE_HELP = "Train it on from its weights, on other images, with a new head for their classes"


def show_chosen(rows: Sequence[ListedRun], chosen: Sequence[ListedRun], linked: Run | None, scope: Scope) -> None:
    """Show one run, or what can be done with several.

    Of the rows in the list one is shown although none is selected: that of the page's link, else the one that was
    picked on another page, else the first.
    """
    if len(chosen) > 1 or scope is Scope.DELETED:
        if chosen:
            show_actions(chosen, scope)
        return
    if chosen:
        st.query_params["run"] = chosen[0].run.id
        pick(chosen[0].run.id)
        show_details(chosen[0].run.id)
    elif linked is not None:
        show_details(linked.id)
    elif rows:
        ids = [one.run.id for one in rows]
        picked = st.session_state.get(PICKED)
        show_details(picked if picked in ids else ids[0])


def show_details(run_id: str) -> None:
    """Status, curves, settings and actions of one run; raises UnknownName if it is gone by now."""
    run = shown_run(run_id)
    st.header(as_markdown(title(run)), anchor=False)
    labels = next((one for one in find_listed(services.store(), [run.id])), None)
    if labels is not None:
        _show_labels(labels.numbers.note, labels.tags)
    show_progress(run)
    show_start(run)
    show_changed_images(run)
    if not run.origin:
        curves = services.store().curves(run.id)
        show_findings(curves, run)
        show_curves(curves, run)
    _show_actions(run, labels)
    show_model_card(run)
    with st.expander("Settings and net"):
        settings = without_place(run).config.model_dump()
        if run.config.corrections:  # up to thousands, each with the place of its image
            settings["corrections"] = corrections_text(run.config.corrections)
        st.json(settings)
        st.code(run.architecture.to_json(), language="json", wrap_lines=True)


def _show_labels(note: str, tags: tuple[str, ...]) -> None:
    if note or tags:
        words = " ".join(f":gray-badge[{as_markdown(tag)}]" for tag in tags)
        st.markdown(f"{words} {as_markdown(note)}")


def _show_actions(run: Run, labels: ListedRun | None) -> None:
    """Links to other pages, then what is done with the run, what is done most often first."""
    is_own = may_change(current_visitor(), run)
    with st.container(horizontal=True, vertical_alignment="center"):
        show_next_steps(run)
        if not run.origin:
            st.page_link(page("training"), label="Open on the Training page", query_params={"run": run.id})
        if run.sweep:
            st.page_link(page("sweeps"), label="See its sweep", query_params={"sweep": run.sweep})
    with st.container(horizontal=True, vertical_alignment="center"):
        if is_own:
            _steer(run)
        show_downloads(run)
        if is_own:
            _change(run, labels)
    show_again(run)
    if not is_own:
        st.caption(f":material/visibility: {LOOK_ONLY if run.origin else READ_ONLY}")


def _steer(run: Run) -> None:
    """Let its owner and the operator resume or stop a run."""
    if run.status.is_resumable and st.button("Resume", icon=":material/resume:"):
        services.engine().resume(run.id, by=current_visitor())
        st.rerun()
    is_paused = run.status is Status.PAUSED
    is_stopping = services.engine().is_stopping(run.id)
    if (run.status.is_active or is_paused) and st.button("Stop", icon=":material/stop:", disabled=is_stopping):
        services.engine().command(run.id, "stop", by=current_visitor())
        st.rerun()


def _change(run: Run, labels: ListedRun | None) -> None:
    """What else only its owner and the operator can do with a run; what takes it out of the list stands in a menu."""
    show_sharing(run)
    if labels is not None:
        _edit(labels)
    if run.status.has_model and run.metrics and st.button("Fine-tune it", icon=":material/tune:", help=TUNE_HELP):
        begin_with(run)
    if labels is not None:
        _star(labels)
    if labels is None and run.status.is_active:
        return
    with st.popover("More", icon=":material/more_horiz:", key=f"menu-{run.id}"):
        if labels is not None:
            _archive(labels)
        if not run.status.is_active and st.button(
            "Delete", icon=":material/delete:", key=f"delete-{run.id}", help=DELETE_HELP, width="stretch"
        ):
            delete_runs([run.id])


def _edit(listed: ListedRun) -> None:
    """Name, note and tags, kept together."""
    run, numbers, engine, visitor = listed.run, listed.numbers, services.engine(), current_visitor()
    with st.popover("Edit", icon=":material/edit:", key=f"edit-{run.id}"):
        name = st.text_input("Name", run.name, max_chars=MAX_NAME, key=f"name-{run.id}-{run.name}")
        note = st.text_area(
            "Note",
            numbers.note,
            max_chars=MAX_NOTE,
            key=f"note-{run.id}-{numbers.note}",
            placeholder="What was it for? What did you see?",
        )
        known = choices(services.store(), visitor, Scope.MINE)["tag"]
        tags = st.multiselect(
            "Tags",
            list(dict.fromkeys((*listed.tags, *known))),
            default=list(listed.tags),
            max_selections=MAX_TAGS,
            accept_new_options=True,
            placeholder="Choose or type",
            key=f"tags-{run.id}-{numbers.tags}",
        )
        is_new = (name.strip(), note.strip(), tuple(tags)) != (run.name, numbers.note, listed.tags)
        if st.button(
            "Keep changes", type="primary", disabled=not name.strip() or not is_new, key=f"save-labels-{run.id}"
        ):
            with errors_shown():
                engine.label(run.id, note=note, tags=tags, by=visitor)
                engine.rename(run.id, name, by=visitor)
                st.rerun()


def _star(listed: ListedRun) -> None:
    run, is_starred = listed.run, listed.numbers.star
    if st.button("Unstar" if is_starred else "Star", icon=":material/star:", key=f"star-{run.id}"):
        services.engine().label(run.id, star=not is_starred, by=current_visitor())
        st.rerun()


def _archive(listed: ListedRun) -> None:
    run, is_archived = listed.run, listed.numbers.archived
    put_away = "Back to the list" if is_archived else "Archive"
    if st.button(put_away, icon=":material/archive:", key=f"archive-{run.id}", help=ARCHIVE_HELP, width="stretch"):
        services.engine().label(run.id, archived=not is_archived, by=current_visitor())
        st.rerun()
