"""The Home page's picture: a paper, a trained net with all its maps, and its answer; computed in the browser."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cnnviz.ui.components.bundle import register

KEY = "home_net"

_component = register(KEY)


@dataclass(frozen=True)
class Place:
    """A page of this app and its query, for a link."""

    page: str
    query: dict[str, str]


@dataclass(frozen=True)
class Link:
    """A link below the picture: a fact of the net, what one can do with it, and where."""

    fact: str
    action: str
    place: Place


def home_net(net_url: str, run_id: str, links: Sequence[Link]) -> Place | None:
    """Show the picture.

    Parameters
    ----------
    net_url : str
        Where the browser fetches the net.
    run_id : str
        Of its run, for the links of its layers.
    links : sequence of Link

    Returns
    -------
    Place, optional
        Where the visitor wants to go, in the one run after a click on a part of the picture.
    """
    data = {
        "net": net_url,
        "run": run_id,
        "links": [
            {"fact": link.fact, "action": link.action, "page": link.place.page, "query": link.place.query}
            for link in links
        ],
    }
    return read_place(_component(data=data, key=KEY, on_open_change=_ignore).open)


def read_place(sent: Any) -> Place | None:
    """Read what the browser sent; None if it names no place."""
    match sent:
        case {"page": str(page), "query": dict(query)}:
            return Place(page, {str(name): str(value) for name, value in query.items()})
    return None


def _ignore() -> None:
    """A click needs no callback, only the rerun."""
