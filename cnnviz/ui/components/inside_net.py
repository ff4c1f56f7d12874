"""The inside of a net: a Streamlit component that fetches the net once and then computes in the browser."""

from dataclasses import asdict, dataclass, field
from typing import Any

import streamlit as st

from cnnviz.ui.components.bundle import register

KEY = "inside_net"
SCREENS = "net", "journey", "filters", "why", "embedding", "fool"
"""Names of the screens, as in assets/components/inside_net/views.js."""
NAMED = "view", "image", "picture", "epoch", "layer", "unit"
"""What the address says of what is shown, as in assets/components/inside_net/address.js."""

_component = register(KEY)


@dataclass(frozen=True)
class InsideData:
    """What the component is given.

    Attributes
    ----------
    net : str
        Address of the net's file.
    classes : tuple of str
    shape : (height, width, channels)
        Of the net's pictures.
    style : "digit" or "photo"
        How a picture of the user's is brought into that shape.
    images : str or None
        Address of the test images; None: they are not to be had.
    photos : list of dict
        Sample photos: "title" and "url".
    kernels : list of dict
        Those of the Kernels page, to be put into a filter: "title" and "matrix".
    stops : list of dict
        The nets to go through in time: "title" and "url" of each kept epoch with its number, "epoch", and of the end.
    num_test : int
        How many images the test set has, of which the first ones are at `images`; 0 where that is not known.
    index : int
        The test image to begin with, from 0.
    linked : dict or None
        That image where it is none of the first ones at `images`: "index", "label" and "pixels" in base64, as stored.
    drawing : bool
        Whether to begin with what was drawn on Home in this browser tab, where something was.
    layer, unit : str, int
        What to open at first, the unit from 0; layer "" for the whole net.
    screen : str
        The screen to begin with, one of `SCREENS`; "" is the net itself.
    methods : list of dict
        Those of attribution that may be asked why: "name" and the fields of `inspection.attribution.methods.Method`.
    makers : list of dict
        How pictures are made for a net: "name" and the fields of `inspection.image_makers.Maker`.
    learning : bool
        Whether it stands beside its training: the newest stop is followed, and nothing of it can be changed by hand.
    goes_on : bool
        Whether that training still goes on: more stops will come, from the panel of its `run`.
    named : str
        Beside a training: `net`, where it is of a kept epoch that the address names; "" where that names none.
    scalings : list of dict
        Of a net from elsewhere: the ways in which its pixels may be scaled, "name", "title", "scale", "shift", "order",
        and whether each is the one "used".
    is_own : bool
        Whether the net was brought along: then a picture of just its size is taken as it is, also as a digit.
    may_change : bool
        Whether who looks may choose among them.
    questions : str
        Where a worker may be asked about the run, for `askWorker`; "" where none may.
    embeddings : list of str
        How a worker can arrange the test images, of `inspection.projection.METHODS`.
    """

    net: str
    classes: tuple[str, ...]
    shape: tuple[int, int, int]
    style: str
    images: str | None
    photos: list[dict[str, str]]
    kernels: list[dict[str, Any]]
    stops: list[dict[str, Any]]
    num_test: int = 0
    index: int = 0
    linked: dict[str, Any] | None = None
    drawing: bool = False
    layer: str = ""
    unit: int = 0
    screen: str = ""
    methods: list[dict[str, Any]] = field(default_factory=list)
    makers: list[dict[str, Any]] = field(default_factory=list)
    learning: bool = False
    goes_on: bool = False
    run: str = ""
    named: str = ""
    scalings: list[dict[str, Any]] = field(default_factory=list)
    is_own: bool = False
    may_change: bool = False
    questions: str = ""
    embeddings: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class InsideAnswer:
    """What the browser says, each of it once.

    Attributes
    ----------
    problem : str or None
        Why it could not compute the net at `InsideData.net`, in a sentence.
    edits : list or None
        What was changed of a net, to be saved as another one; not checked in any way.
    net : str
        Address of the net that was changed: `InsideData.net` or one of the stops.
    scaling : str or None
        Name of the scaling that was chosen for the net at `InsideData.net`, one of `InsideData.scalings`.
    shown : dict or None
        What the address is to say of what is shown, names of `NAMED` and their values.
    """

    problem: str | None = None
    edits: list[Any] | None = None
    net: str = ""
    scaling: str | None = None
    shown: dict[str, str] | None = None


def inside_net(data: InsideData, *, key: str = KEY) -> InsideAnswer:
    """Show a net."""
    heard = {f"on_{name}_change": _ignore for name in ("problem", "save", "scaling", "shown")}
    said: Any = _component(data=asdict(data), key=key, **heard)
    return read_answer(data, said.problem, said.save, said.scaling, said.shown)


def read_answer(
    data: InsideData, problem: object, save: object, scaling: object = None, shown: object = None
) -> InsideAnswer:
    """Read what the browser sent; what is no answer about the net of `data` is left out."""
    match scaling:
        case {"net": data.net, "name": str(name)} if name in [known["name"] for known in data.scalings]:
            return InsideAnswer(scaling=name)
    match save:
        case {"net": str(net), "edits": list(edits)} if net in (data.net, *(stop["url"] for stop in data.stops)):
            return InsideAnswer(edits=edits, net=net)
    match problem:
        case {"net": data.net, "text": str(text)}:  # not that of a net that was left meanwhile
            return InsideAnswer(problem=text)
    match shown:
        case dict() if shown.keys() <= set(NAMED):
            return InsideAnswer(shown={name: str(value) for name, value in shown.items() if value is not None})
    return InsideAnswer()


def _ignore() -> None:
    """What the browser says needs no callback, only the rerun."""


def forget() -> None:
    """Let the next call mount a new component: it fetches the net again."""
    st.session_state.pop(KEY, None)
