"""What can be done with several runs at once, and taking a deletion back."""

from collections.abc import Callable, Sequence

import streamlit as st

from cnnviz.access.permission import may_change
from cnnviz.errors import CnnvizError
from cnnviz.runs.labels import MAX_TAGS
from cnnviz.runs.listing import ListedRun, choices, damaged_names, deleted_among
from cnnviz.runs.permitted import require_changeable
from cnnviz.runs.scopes import Scope
from cnnviz.runs.uploads import KEPT_DELETED
from cnnviz.text.markup import as_markdown
from cnnviz.text.units import count_text, duration_text
from cnnviz.ui.app import services
from cnnviz.ui.app.messages import show_message
from cnnviz.ui.app.page_frame import PAGES, page
from cnnviz.ui.session.visitor import current_visitor, is_there

COMPARE = "compare"
MAX_COMPARED = 6
MAX_NAMED = 5
DELETED, REFUSED = "runs_deleted", "runs_refused"
"""Keys of the session: ids that were deleted last, and what is said of those that could not be changed."""

_KEPT = duration_text(KEPT_DELETED.total_seconds()).replace("60 min", "an hour")
ARCHIVE_HELP = "Take it out of the lists and put it into the list of the archived ones; its links go on working"
DELETE_HELP = f"It can be brought back for {_KEPT}; then it is removed for good, with its net and curves"
NOT_YOURS = "They belong to others: you can look at them, not change them. Choose one alone to see its curves."
ONE = "Choose one alone to see its curves."
STAY = "{:,} of them belong to others and stay as they are."
COMPARE_HELP = f"Settings, curves, maps and mistakes of 2 to {MAX_COMPARED} runs beside each other"


def delete_runs(run_ids: Sequence[str]) -> None:
    """Delete runs, remember them so that it can be undone, and draw the page anew."""
    visitor = current_visitor()
    st.session_state[DELETED] = _each(run_ids, lambda run_id: services.engine().delete(run_id, by=visitor))
    if st.query_params.get("run") in run_ids:
        st.query_params.pop("run", None)
    st.rerun()


def show_undo() -> None:
    """Say what was deleted last, with a button that brings it back; and what could not be changed."""
    if refused := st.session_state.pop(REFUSED, ""):
        show_message(refused)
    deleted = deleted_among(services.store(), st.session_state.get(DELETED, ()))
    if not deleted:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="undo_delete"):
        st.markdown(f":material/delete: {count_text(len(deleted), 'run')} deleted.", width="content")
        is_undone = st.button("Undo", icon=":material/undo:", key="undo", help=f"For {_KEPT} all of it is still there")
        is_dismissed = st.button("Dismiss", type="tertiary", key="dismiss")
    if is_undone:
        restore_runs(deleted)
    if is_dismissed:
        st.session_state.pop(DELETED, None)
        st.rerun()


def restore_runs(run_ids: Sequence[str]) -> None:
    """Bring deleted runs back, and draw the page anew."""
    visitor = current_visitor()
    restored = _each(run_ids, lambda run_id: services.engine().restore(run_id, by=visitor))
    st.session_state.pop(DELETED, None)
    if len(restored) == 1 and is_there(restored[0]):  # it is looked at again, unless it is damaged
        st.query_params["run"] = restored[0]
    st.rerun()


def show_damaged(run_ids: Sequence[str], scope: Scope) -> None:
    """Say which entries of a list cannot be read, and let whoever may change them delete or bring them back."""
    if not run_ids:
        return
    named = ", ".join(damaged_names(services.store(), run_ids[:MAX_NAMED]))
    named += ", …" if len(run_ids) > MAX_NAMED else ""
    is_one = len(run_ids) == 1
    mine = [run_id for run_id in run_ids if _is_mine(run_id)]
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="damaged_runs"):
        said = "1 entry is damaged and cannot be shown" if is_one else f"{len(run_ids):,} damaged entries are not shown"
        st.markdown(f":material/broken_image: {said}: {as_markdown(named)}.", width="content")
        which = "it" if is_one else "those that are yours" if len(mine) < len(run_ids) else "them"
        if mine and scope is Scope.DELETED:
            if st.button(f"Bring {which} back", icon=":material/undo:", key="restore_damaged"):
                restore_runs(mine)
        elif mine and st.button(f"Delete {which}", icon=":material/delete:", key="delete_damaged", help=DELETE_HELP):
            delete_runs(mine)


def _is_mine(run_id: str) -> bool:
    try:
        require_changeable(services.store(), run_id, current_visitor(), also_deleted=True)
    except CnnvizError:
        return False
    return True


def show_actions(chosen: Sequence[ListedRun], scope: Scope) -> None:
    """Buttons for the chosen rows; of what belongs to others only the comparison."""
    visitor, ids = current_visitor(), [one.run.id for one in chosen]
    mine = [one for one in chosen if may_change(visitor, one.run)]
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="several_runs"):
        st.markdown(f"**{count_text(len(chosen), 'run')}** chosen", width="content")
        if scope is Scope.DELETED:
            if st.button("Bring back", type="primary", icon=":material/undo:", key="bring_back"):
                restore_runs([one.run.id for one in mine])
            return
        if COMPARE in PAGES:
            can_compare = 2 <= len(ids) <= MAX_COMPARED
            is_pressed = st.button(
                "Compare",
                type="primary",
                icon=":material/compare_arrows:",
                disabled=not can_compare,
                help=COMPARE_HELP,
                key="compare_runs",
            )
            if is_pressed:
                st.switch_page(page(COMPARE), query_params={"runs": ",".join(ids)})
        if mine:
            _change_several(mine)
    others = len(chosen) - len(mine)
    stay = "1 of them belongs to somebody else and stays as it is." if others == 1 else STAY.format(others)
    st.caption(NOT_YOURS if not mine else stay if others else ONE)


def _change_several(mine: Sequence[ListedRun]) -> None:
    ids, engine, visitor = [one.run.id for one in mine], services.engine(), current_visitor()
    is_starred, is_archived = (all(flags) for flags in _flags(mine))
    star, archive = "Unstar" if is_starred else "Star", "Back to the list" if is_archived else "Archive"
    if st.button(star, icon=":material/star:", key="star_several"):
        _each(ids, lambda run_id: engine.label(run_id, star=not is_starred, by=visitor))
        st.rerun()
    with st.popover("Tag", icon=":material/label:", key="tag_several"):
        added = st.multiselect(
            "Tags to add",
            choices(services.store(), visitor, Scope.MINE)["tag"],
            accept_new_options=True,
            max_selections=MAX_TAGS,
            placeholder="Choose or type",
            key="tags_to_add",
        )
        if st.button("Add", type="primary", disabled=not added, key="add_tags"):
            tags = {one.run.id: (*one.tags, *added) for one in mine}
            _each(ids, lambda run_id: engine.label(run_id, tags=tags[run_id], by=visitor))
            st.rerun()
    if st.button(archive, icon=":material/archive:", help=ARCHIVE_HELP, key="archive_several"):
        _each(ids, lambda run_id: engine.label(run_id, archived=not is_archived, by=visitor))
        st.rerun()
    if st.button("Delete", icon=":material/delete:", help=DELETE_HELP, key="delete_several"):
        delete_runs(ids)


def _flags(runs: Sequence[ListedRun]) -> tuple[list[bool], list[bool]]:
    return [one.numbers.star for one in runs], [one.numbers.archived for one in runs]


def _each(run_ids: Sequence[str], change: Callable[[str], None]) -> list[str]:
    """Change one after the other; what cannot be changed is said, and the others are. Returns those that were."""
    changed, refused = [], []
    for run_id in run_ids:
        try:
            change(run_id)
            changed.append(run_id)
        except CnnvizError as error:
            refused.append(str(error))
    if refused:
        more = f" And {count_text(len(refused) - 1, 'more run')} could not be changed." if len(refused) > 1 else ""
        st.session_state[REFUSED] = f"{refused[0]}{more}"
    return changed
