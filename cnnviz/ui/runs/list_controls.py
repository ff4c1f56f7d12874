"""Which runs the list shows and in which order: all of it stands in the address, so that a list can be linked."""

from dataclasses import replace

import streamlit as st

from cnnviz.datasets.catalogue import DATASETS
from cnnviz.runs.listing import ListQuery, choices, count_runs
from cnnviz.runs.scopes import Scope
from cnnviz.training.config import OPTIMIZERS
from cnnviz.ui.app import services
from cnnviz.ui.inputs.run_picker import named_images
from cnnviz.ui.runs.pages import PAGE
from cnnviz.ui.session.visitor import current_visitor

SCOPES = {
    Scope.ALL: "All",
    Scope.MINE: "Mine",
    Scope.SHARED: "Shared",
    Scope.EXAMPLES: "Examples",
    Scope.ARCHIVED: "Archived",
    Scope.DELETED: "Deleted",
}
SCOPE_HELP = (
    "Shared: what others let everybody here see. Examples: what this server brings along. Archived: what you have put "
    "away."
)
EMPTY = {
    Scope.MINE: "You have trained nothing yet. Start on the Training page.",
    Scope.SHARED: "Nobody has shared a run with everybody here yet. Who owns a run does so with its button Share.",
    Scope.EXAMPLES: "This server brings no examples along.",
    Scope.ARCHIVED: "You have put no run away.",
    Scope.DELETED: "There is nothing left to bring back.",
}
ORDERS: dict[str, tuple[str, str, bool]] = {
    "newest": ("Newest first", "created", True),
    "oldest": ("Oldest first", "created", False),
    "accuracy": ("Test accuracy, highest first", "accuracy", True),
    "accuracy-low": ("Test accuracy, lowest first", "accuracy", False),
    "best": ("Best validation accuracy, highest first", "best", True),
    "last": ("Last validation accuracy, highest first", "last", True),
    "params-few": ("Parameters, fewest first", "params", False),
    "params": ("Parameters, most first", "params", True),
    "macs-few": ("MACs, fewest first", "macs", False),
    "macs": ("MACs, most first", "macs", True),
    "quick": ("Seconds, fewest first", "seconds", False),
    "slow": ("Seconds, most first", "seconds", True),
    "predicted": ("Predicted time, longest first", "predicted", True),
    "epochs": ("Epochs, most first", "epochs", True),
    "mb": ("MB, most first", "bytes", True),
    "net": ("Net, A to Z", "name", False),
    "images": ("Images, A to Z", "dataset", False),
    "optimizer": ("Optimizer, A to Z", "optimizer", False),
    "seed": ("Seed, smallest first", "seed", False),
    "device": ("Device, A to Z", "device", False),
}
"""How the order stands in the address -> in words, what it goes by (`listing.SORTED_BY`), whether the most is first."""
SCOPE, SEARCH, SORT, GROUPED = "scope", "search", "sort", "grouped"
IMAGES, OPTIMIZER, TAG, STARRED = "dataset", "optimizer", "tag", "starred"
"""Keys of the controls, which are their names in the address."""
FILTERS = (IMAGES, OPTIMIZER, TAG, STARRED)


def choose_list() -> tuple[ListQuery, bool]:
    """Let the visitor say what the list shows.

    Returns
    -------
    ListQuery
    bool
        Whether runs that differ only in their seed are one row.
    """
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="list_controls"):
        query = replace(ListQuery(), scope=_choose_scope())
        search = st.text_input(
            "Search",
            key=SEARCH,
            type="search",
            placeholder="Search",
            label_visibility="collapsed",
            icon=":material/search:",
            bind="query-params",
            on_change=begin_again,
            max_chars=100,
            width=190,
        )
        query = replace(query, search=search or "")
        query = _choose_order_and_filters(query)
        is_grouped = st.toggle(
            "One row for all seeds",
            key=GROUPED,
            bind="query-params",
            on_change=begin_again,
            help="Runs that differ in nothing but their seed become one row, with mean and spread",
        )
    return query, is_grouped


def begin_again() -> None:
    """Another list begins with its first page."""
    if PAGE in st.session_state:
        st.session_state[PAGE] = 1


def clear_filters() -> None:
    """Show all runs of the scope again."""
    st.session_state.update({SEARCH: "", IMAGES: None, OPTIMIZER: None, TAG: None, STARRED: False})
    begin_again()


def show_empty(query: ListQuery) -> None:
    """Say why a list is empty, and what to do; of one that holds damaged runs alone, that is said where it stands."""
    if count_runs(services.store(), current_visitor(), query):
        return
    if query.search or query.dataset or query.optimizer or query.tag or query.starred:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(":material/search_off: No run here fits the search and filters.", width="content")
            st.button("Show all of them", on_click=clear_filters)
    elif query.scope is Scope.ALL:
        st.info("Nothing was trained yet. Start on the Training page.", icon=":material/info:")
    else:
        st.info(EMPTY[query.scope], icon=":material/info:")


def _choose_scope() -> Scope:
    has_deleted = count_runs(services.store(), current_visitor(), ListQuery(scope=Scope.DELETED)) > 0
    offered = [scope.value for scope in SCOPES if scope is not Scope.DELETED or has_deleted]
    chosen = st.segmented_control(
        "Whose runs",
        offered,
        default=Scope.ALL.value,
        required=True,
        format_func=lambda name: SCOPES[Scope(name)],
        key=SCOPE,
        label_visibility="collapsed",
        bind="query-params",
        on_change=begin_again,
        help=SCOPE_HELP,
    )
    return Scope(chosen or Scope.ALL)


def _choose_order_and_filters(query: ListQuery) -> ListQuery:
    offered = choices(services.store(), current_visitor(), query.scope)
    images = named_images(offered["dataset"])
    num_filters = sum(bool(st.session_state.get(key)) for key in FILTERS)
    label = f"Sort and filter ({num_filters})" if num_filters else "Sort and filter"
    with st.popover(label, icon=":material/tune:", key="sort_and_filter"):
        order = st.selectbox(
            "Order",
            list(ORDERS),
            format_func=lambda name: ORDERS[name][0],
            key=SORT,
            bind="query-params",
            on_change=begin_again,
        )
        chosen = _choose_filter(IMAGES, "Images", list(images))
        query = replace(query, dataset=images.get(chosen or ""))
        query = replace(query, optimizer=_choose_filter(OPTIMIZER, "Optimizer", offered["optimizer"]))
        query = replace(query, tag=_choose_filter(TAG, "Tag", offered["tag"]))
        starred = st.toggle("Only those with a star", key=STARRED, bind="query-params", on_change=begin_again)
    _, column, is_descending = ORDERS[order]
    return replace(query, sort=column, descending=is_descending, starred=starred)


def _choose_filter(key: str, label: str, options: list[str]) -> str | None:
    titles = {**OPTIMIZERS, **{name: info.title for name, info in DATASETS.items()}} if key != TAG else {}
    return st.selectbox(
        label,
        options,
        index=None,
        format_func=lambda name: titles.get(name, name),
        key=key,
        placeholder="any",
        bind="query-params",
        on_change=begin_again,
    )
