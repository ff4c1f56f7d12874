"""The same picture through several nets: a Streamlit component that fetches them and computes in the browser."""

from dataclasses import asdict, dataclass, field
from typing import Any

from cnnviz.ui.components.bundle import register
from cnnviz.ui.shared.elements import image_in_link

KEY = "compare_nets"

LAYERS = "conv-1", "conv-2", "conv-last", "pool-1", "pool-last", "maps-last", "dense-1", "own"
"""Names of the layers that all nets can be asked for, as in assets/components/compare_nets/layer_choices.js."""
NO_METHOD = "none"

_component = register(KEY)


@dataclass(frozen=True)
class ComparedNet:
    """One of the nets.

    Attributes
    ----------
    run : str
        Id of its run.
    letter, title, colour : str
        What it is called, the letter in sentences about several nets; its colour in the figures of the page.
    inside : str
        Address of the page Inside with it.
    problem : str
        Why there is no net to compute, in a sentence; then nothing below is given.
    net : str
        Address of the net's file, as the training ended.
    classes : tuple of str
    shape : (height, width, channels)
        Of the net's pictures.
    style : "digit" or "photo"
        How a picture of the user's is brought into that shape.
    is_own : bool
        Whether the net was brought along: then a picture of just its size is taken as it is, also as a digit.
    images : str or None
        Address of its test images; None: they are not to be had.
    num_test : int
        As `InsideData.num_test`.
    linked : dict or None
        The test image to begin with where it is none of the first ones at `images`, as `InsideData.linked`.
    stops : list of dict
        Its kept epochs and its end, as `InsideData.stops`.
    settings : dict
        Of each method of attribution, by name, the settings that suit the shape.
    """

    run: str
    letter: str
    title: str
    colour: str
    inside: str
    problem: str = ""
    net: str = ""
    classes: tuple[str, ...] = ()
    shape: tuple[int, ...] = ()
    style: str = ""
    is_own: bool = False
    images: str | None = None
    num_test: int = 0
    linked: dict[str, Any] | None = None
    stops: list[dict[str, Any]] = field(default_factory=list)
    settings: dict[str, dict[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class CompareData:
    """What the component is given.

    Attributes
    ----------
    nets : list of ComparedNet
        Two to six.
    photos : list of dict
        Sample photos: "title" and "url".
    methods : list of dict
        Those of attribution: "name", "title", "about" and "caution".
    index : int
        The test image to begin with, from 0.
    maps, why : str
        The layer and the method to begin with, one of `LAYERS` and of `methods` or `NO_METHOD`; "" is the first one.
    """

    nets: list[ComparedNet]
    photos: list[dict[str, str]]
    methods: list[dict[str, Any]]
    index: int = 0
    maps: str = ""
    why: str = ""


@dataclass(frozen=True)
class CompareAnswer:
    """What the browser says.

    Attributes
    ----------
    chosen : dict
        What a link to this view names, as texts: "image" of the test set (not of another picture), "maps", "why".
    inside : (run, index) or None
        The run to be looked at on the page Inside, and the test image, if it was one; once, after a click.
    """

    chosen: dict[str, str] = field(default_factory=dict)
    inside: tuple[str, int | None] | None = None


def compare_nets(data: CompareData) -> CompareAnswer:
    """Show the nets."""
    said: Any = _component(data=asdict(data), key=KEY, on_chosen_change=_ignore, on_inside_change=_ignore)
    return read_answer(data, said.chosen, said.inside)


def read_answer(data: CompareData, chosen: object, inside: object) -> CompareAnswer:
    """Read what the browser sent; what is no answer about the nets of `data` is left out."""
    return CompareAnswer(_read_chosen(chosen), _read_inside(data, inside))


def _read_chosen(sent: object) -> dict[str, str]:
    match sent:
        case {"maps": str(maps), "why": str(why), "index": index} if maps in LAYERS:
            image = image_in_link(index) if _is_index(index) else {}
            return {**image, "maps": maps, "why": why[:40]}
    return {}


def _read_inside(data: CompareData, sent: object) -> tuple[str, int | None] | None:
    match sent:
        case {"run": str(run), "index": index} if run in [net.run for net in data.nets]:
            return run, index if _is_index(index) else None
    return None


def _is_index(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _ignore() -> None:
    """A choice needs no callback, only the rerun."""
