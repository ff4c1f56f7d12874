"""The canvas of the page Inside beside a training: it shows the newest epoch that is kept."""

from dataclasses import replace
from typing import Any

import streamlit as st

from cnnviz.errors import NotInBrowser
from cnnviz.models.net_file import refuse_lacking
from cnnviz.runs.checkpoints import kept_text
from cnnviz.runs.files import MODEL_FILE, has_curves_of_another
from cnnviz.runs.records import Run
from cnnviz.ui.app import services
from cnnviz.ui.components.inside_net import inside_net
from cnnviz.ui.inputs.run_picker import forget_in_link
from cnnviz.ui.inside.canvas import images_of, inside_data, stops_of
from cnnviz.ui.inside.link import linked_epoch
from cnnviz.ui.shared.answers import kept_epoch_urls, net_url, run_version

ENTRIES = 64
FIRST_COMES = "The maps appear here when the first epoch is done, and change with every epoch."
PLAY = "Play goes through the epochs. "
NONE_KEPT = "No epoch of this training was kept, so its maps cannot be shown."


def is_for_browser(run: Run) -> bool:
    """Whether a browser can compute the net of a run."""
    shape = run.architecture.input_shape
    try:
        refuse_lacking(run.architecture)
    except NotInBrowser:
        return False
    return len(shape) == 3 and shape[2] in (1, 3)


def has_canvas(run: Run) -> bool:
    """Whether there is an inside to show now or later: none of a net that came from a file, or failed at once."""
    return is_for_browser(run) and (run.status.is_active or services.store().last_epoch(run.id) > 0)


def show_learning(run: Run) -> None:
    """Show the inside of a run's net, epoch by epoch while it trains: the run's panel tells it of new ones."""
    done = services.store().last_epoch(run.id)
    st.markdown("**Inside**" if has_curves_of_another(services.store(), run.id) else "**Inside, as it learns**")
    said = st.empty()
    stops = _stops(run.id, run_version(run), _run=run)
    if not stops:
        said.caption(NONE_KEPT if done else FIRST_COMES)
    else:
        # While it learns, what is kept changes with every epoch; of a single one the canvas says so.
        if not run.status.is_active and len(stops) > 1 and not has_curves_of_another(services.store(), run.id):
            said.caption(f"{PLAY}{kept_text(services.store(), run.id)}")
        ended = next((stop for stop in stops if stop.get("epoch") == run.net_epoch), stops[-1])
        urls = {stop["epoch"]: stop["url"] for stop in stops if "epoch" in stop}
        epoch = linked_epoch(urls)
        named = "" if epoch is None else urls[epoch]
        data = inside_data(run, named or ended["url"], stops, images_of(run))
        here = replace(data, learning=True, goes_on=run.status.is_active, run=run.id, named=named)
        # Whoever has watched it learn has all epochs there and stands at the newest: where others are kept, or the net
        # is of another one, the canvas begins anew.
        is_other = not run.status.is_active and (len(stops) < done or run.net_epoch is not None)
        if inside_net(here, key=f"learning-{run.id}{'-kept' * is_other}").shown is not None:  # another epoch
            forget_in_link("epoch")


@st.cache_data(show_spinner=False, max_entries=ENTRIES)
def _stops(run_id: str, version: str, *, _run: Run) -> list[dict[str, Any]]:  # noqa: ARG001  of the key
    """The nets of the kept epochs, and of the end; the same for all who look."""
    has_ended = _run.status.has_model and services.store().has_file(run_id, MODEL_FILE)
    ended = net_url(_run) if has_ended else None  # first: what is measured of it holds for an epoch with the same net
    return stops_of(kept_epoch_urls(_run), ended)
