"""A run while it trains and after: a component that is told what is new by a route, without a rerun of the page."""

from cnnviz.ui.components.bundle import register

_component = register("live_run")


def live_run(run_id: str, url: str, *, state: str, is_moving: bool, is_own: bool) -> None:
    """Show the progress, figures, curves, norms and matrices of a run.

    Parameters
    ----------
    run_id : str
    url : str
        Where its news are, for whoever looks: `web.live.route.live_url`.
    state : str
        That the page was drawn for, `web.live.panel.page_state`: when it changes, the page runs once.
    is_moving : bool
        Whether something was to come then.
    is_own : bool
        Whether the curves are those of this net, and not of one that it was made from by hand.
    """
    data = {"run": run_id, "url": url, "state": state, "moves": is_moving, "own": is_own}
    _component(data=data, key=f"live-run-{run_id}", on_state_change=_ignore)


def _ignore() -> None:
    """A new state needs no callback, only the rerun."""
