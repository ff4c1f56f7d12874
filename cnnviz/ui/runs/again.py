"""What a run that has ended can be again: the form of the next training, or the same training for more epochs."""

import streamlit as st

from cnnviz.access.permission import may_change
from cnnviz.architecture.presets.catalogue import PRESETS
from cnnviz.architecture.spec import Architecture
from cnnviz.datasets.permitted import require_usable
from cnnviz.datasets.registry import describe
from cnnviz.errors import UnknownName
from cnnviz.runs.files import edited_after, kept_epochs
from cnnviz.runs.records import Run, Status
from cnnviz.training.config import MORE_EPOCHS
from cnnviz.training.duration.forecast import fit_net
from cnnviz.training.loop.schedule import factor
from cnnviz.training.recipes import RECIPES
from cnnviz.ui.app import services
from cnnviz.ui.app.page_frame import errors_shown, page
from cnnviz.ui.inputs.number_field import forget_refused
from cnnviz.ui.session.current_net import set_net
from cnnviz.ui.session.starting_net import LINKED, NET, PREFIX, QUERY
from cnnviz.ui.session.visitor import current_visitor, is_there, shown_run
from cnnviz.ui.training.form_values import FAST, MINE, fill_as
from cnnviz.ui.training.options import SCHEDULES

AGAIN_HELP = "Open the form with the net, images and settings of this run, to change something and start anew"
MORE_HELP = "Train this run on: its curves continue"
MORE_OF_OTHER = "Train on in a copy of your own: its curves continue"
CORRECTED = "Same again opens the form for the images as they are: it has no place for corrected labels."
NOT_YOURS = "Its images are its owner's own, which only they can train on"


def show_again(run: Run) -> None:
    """Buttons that fill the form as a run was set, and, unless it failed, that train it on; nothing before its end."""
    if run.origin or run.status not in (Status.FINISHED, Status.STOPPED, Status.FAILED):
        return
    can_go_on = run.status.has_model
    is_mine, is_usable = may_change(current_visitor(), run), _is_usable(run)
    with st.container(horizontal=True, vertical_alignment="center"):
        is_again = st.button(
            "Same again",
            icon=":material/replay:",
            key=f"again-{run.id}",
            disabled=not is_usable,
            help=AGAIN_HELP if is_usable else NOT_YOURS,
            on_click=_fill,
            args=(run.id,),
        )
        is_longer = can_go_on and st.button(
            f"{MORE_EPOCHS} more epochs",
            icon=":material/add:",
            key=f"more-{run.id}",
            disabled=not is_usable,
            help=(MORE_HELP if is_mine else MORE_OF_OTHER) if is_usable else NOT_YOURS,
        )
        if can_go_on and is_usable and (said := _how_it_goes_on(run)):
            st.caption(said, width="stretch")
        if run.config.corrections or run.config.fold:
            st.caption(CORRECTED, width="stretch")
    if is_again:
        tuned = run.config.fine_tuning
        begins = {QUERY: tuned.run} if tuned and is_there(tuned.run) else None
        st.switch_page(page("training"), query_params=begins)
    if is_longer:
        with errors_shown():
            longer = services.engine().train_on(run.id, MORE_EPOCHS, by=current_visitor())
            st.switch_page(page("training"), query_params={"run": longer.id})


def _is_usable(run: Run) -> bool:
    try:
        require_usable(run.config.dataset, current_visitor(), services.store().home)
    except UnknownName:
        return False
    return True


def _fill(run_id: str) -> None:
    """Fill the form before any of it is drawn."""
    run = shown_run(run_id)
    forget_refused()
    fill_as(run.config)
    tuned = run.config.fine_tuning
    if tuned is None or not is_there(tuned.run):
        _choose_net_of(run)
        return
    st.session_state.update({NET: PREFIX + tuned.run, LINKED: tuned.run})
    st.session_state.update(training_frozen=tuned.frozen, training_head=tuned.head)


def _choose_net_of(run: Run) -> None:
    """Choose the recipe's net or the preset that it is, by its name; any other is taken as the visitor's own."""
    info = describe(run.config.dataset, roles=run.config.images.roles)
    recipe = RECIPES.get(run.config.dataset)
    named = {
        **({FAST: recipe.architecture} if recipe else {}),
        **{name: preset.architecture for name, preset in PRESETS.items()},
    }
    for name, net in named.items():
        if net.name == run.architecture.name and fit_net(net, run.config, info) == run.architecture:
            st.session_state[NET] = name
            return
    take_as_own(run.architecture, words=f"That of the run {run.name}")


def take_as_own(net: Architecture, *, words: str) -> None:
    """Make a net the visitor's own, and the one that the form trains; `words` describe this among the moves."""
    set_net(net, words=words)
    st.session_state[NET] = MINE


def _how_it_goes_on(run: Run) -> str:
    """What is not as if the run had been that long from its beginning; empty where it is."""
    store, config = services.store(), run.config
    kept, last = kept_epochs(store, run.id), store.last_epoch(run.id)
    begins = kept[-1] if kept else 0
    said = []
    if begins < last:
        where = f"epoch {begins}, the last whose weights are kept" if begins else "the start: no weights are kept"
        said.append(f"It goes on from {where}.")
    elif begins and edited_after(store, run.id) == begins:
        said.append("Its weights were changed by hand, so its optimizer begins anew.")
    if run.net_epoch is not None and begins > run.net_epoch:
        said.append(
            f"It goes on from epoch {begins}, the last one, not from epoch {run.net_epoch}, whose net it has now."
        )
    if config.schedule != "constant":
        batches = max(1, run.progress.num_batches)
        total = begins + MORE_EPOCHS
        rate = config.learning_rate * factor(config, begins * batches, total * batches)
        spread = f"The schedule, {SCHEDULES[config.schedule]}, is spread over all {total} epochs"
        said.append(f"{spread}: it goes on at a learning rate of {rate:.2g}.")
    if config.early_stopping or config.target_accuracy:
        said.append("It does not stop early any more.")
    return " ".join(said)
