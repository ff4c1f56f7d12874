"""Elements that several pages draw: figures with a text alternative, live parts, and results that tutorials report."""

import functools
from collections.abc import Callable, Collection, Iterable
from typing import Any, Literal, ParamSpec, TypedDict

import numpy as np
import streamlit as st

from cnnviz.architecture.presets.catalogue import Preset, preset_of
from cnnviz.evaluation.accuracy import right_text, scores_text
from cnnviz.imaging.decode import png_url
from cnnviz.plots.style import LOCALE, Figure
from cnnviz.runs.records import Run
from cnnviz.text.labels import known_text
from cnnviz.text.links import link_problem
from cnnviz.text.units import NOTHING, PERCENT
from cnnviz.ui.app.messages import warn
from cnnviz.ui.app.page_frame import errors_shown

PART = "part"
IMAGE = "image"
"""What a link calls a test image, by its number from 1."""
LINKED_PART = "linked_part"
"""Key of the container of a page's parts, to which the page goes for a link to one (assets/scripts/linked_part.js)."""
FORMATS = ("png", "svg")
FORMAT_KEY = "figure_format"
CONFIG = {
    **LOCALE,
    "displaylogo": False,
    "scrollZoom": False,
    # more buttons would cover what is above a small figure
    "modeBarButtonsToRemove": ["pan2d", "zoomIn2d", "zoomOut2d", "autoScale2d", "select2d", "lasso2d"],
}

P = ParamSpec("P")


class Persistence(TypedDict):
    """The argument of a control that says how long its value is kept."""

    persist_state: Literal["session"]


KEPT: Persistence = {"persist_state": "session"}
"""For a control whose value stays while the visitor looks at other pages."""


def tell_words(key: str, words: Iterable[str]) -> None:
    """Tell the browser the choice of a box anew where the words of its options have changed, before the box is drawn.

    The browser knows a choice by its words alone: it would go on showing those of before.
    """
    told, now = f"words-of-{key}", list(words)
    if st.session_state.get(told, now) != now and key in st.session_state:
        st.session_state[key] = st.session_state[key]
    st.session_state[told] = now


def show_figure(figure: Figure, alternative: str, *, key: str, **options: Any) -> Any:
    """Draw a figure; `alternative` says in words what it shows, for screen readers.

    Its camera saves it in the format that the visitor chose (see `ui.runs.run_controls`).
    """
    picture = {"format": st.session_state.get(FORMAT_KEY) or FORMATS[0], "scale": 2, "filename": key}
    config = {**CONFIG, "toImageButtonOptions": picture}
    return st.plotly_chart(figure, key=key, config=config, width="stretch", alt=alternative, **options)


def number_in_link(name: str) -> int:
    """Read a whole number, 0 to 9,999,999, of the address; 0 if there is none."""
    text = st.query_params.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 8 else 0


def image_in_link(index: int) -> dict[str, str]:
    """Give what a link says of the test image with that index, from 0: its number from 1, as the pages call it."""
    return {IMAGE: str(index + 1)}


def take_older_image() -> None:
    """Let the address name a test image by its number, also where it is an older link, which counts from 0."""
    for older in ("index", "maps_index"):
        said = st.query_params.pop(older, None)
        if said is not None and IMAGE not in st.query_params:
            is_number = said.isascii() and said.isdecimal() and len(said) < 8
            st.query_params[IMAGE] = str(int(said) + 1) if is_number else said


def choice_in_link(name: str, options: Collection[str], *, what: str, instead: str) -> str | None:
    """Read a choice that the address names; None if it names none.

    One that there is not is taken out of the address, and said.

    Parameters
    ----------
    name : str
        Of the choice, in the address.
    options : collection of str
        As they stand in the address.
    what, instead : str
        What is chosen, and what is shown where there is no such thing, for the sentence.
    """
    said = st.query_params.get(name)
    if said is None or said in options:
        return said
    warn(link_problem(f"a {what}", instead, expected=known_text(list(options)), received=said))
    del st.query_params[name]
    return None


def percent_column(*, digits: int = 1, help: str | None = None) -> Any:
    """Describe a column of a table whose numbers are in per cent, as `percent` gives them: 94.2 %.

    Streamlit's own "percent" has no space before the sign.
    """
    return st.column_config.NumberColumn(format=f"%.{digits}f{PERCENT[:-1]}%%", help=help)


def percent(share: float | None) -> float | None:
    """Give a share of 0..1 in per cent, as a `percent_column` shows it."""
    return None if share is None else 100 * share


def also_in_link(name: str, *others: str) -> None:
    """Read a choice also where the address calls it as other pages call theirs: `?view=why` for `?part=why`."""
    for other in others:
        said = st.query_params.pop(other, None)
        if said is not None and name not in st.query_params:
            st.query_params[name] = said


def take_linked_part(key: str, parts: Iterable[str], *, instead: str) -> None:
    """Choose the part of a page that the address names, in lower case with hyphens: `?part=one-picture`.

    Parameters
    ----------
    key : str
        Of the control by which a part is chosen, which is drawn after.
    parts : iterable of str
        Names of the parts.
    instead : str
        What is shown where there is no such part, for the sentence.
    """
    also_in_link(PART, "view")
    names = {_in_link(name): name for name in parts}
    linked = choice_in_link(PART, names, what="part of this page", instead=instead)
    if linked and linked != st.session_state.get(f"{key}_linked"):  # a link, or Back
        st.session_state[key] = names[linked]


def put_part_in_link(key: str, part: str | None) -> None:
    """Let the address name the part that was chosen; None: it names none."""
    if part is None:
        st.query_params.pop(PART, None)
    else:
        st.query_params[PART] = _in_link(part)
    st.session_state[f"{key}_linked"] = st.query_params.get(PART)


def _in_link(name: str) -> str:
    return name.lower().replace(" ", "-")


def show_image(image: np.ndarray, *, width: int, caption: str = "", alt: str = "") -> None:
    """Show an image (H, W) or (H, W, 1 | 3) uint8, each pixel as a square of its own colour, `width` pixels wide.

    As a PNG: what Streamlit sends of an array by itself is a JPEG, in which pixels are up to 9 levels off. In the page
    itself: Streamlit's file of it may be gone before the browser asks for it, if pages are drawn anew in between.
    """
    st.image(png_url(_enlarged(image, 2 * width)), caption=caption or None, width=width, alt=alt or None)


def _enlarged(image: np.ndarray, side: int) -> np.ndarray:
    """Zoom (H, W) or (H, W, 1 | 3) uint8 by a whole number to about `side` pixels; grey ones lose their last axis."""
    factor = max(1, side // max(image.shape[:2]))
    zoomed = image.repeat(factor, axis=0).repeat(factor, axis=1)
    return np.ascontiguousarray(zoomed[:, :, 0] if zoomed.ndim == 3 and zoomed.shape[2] == 1 else zoomed)


def as_part(draw: Callable[P, None], *, seconds: float | None = None) -> Callable[P, None]:
    """Return `draw` as a part that runs by itself, every so many `seconds` if any; errors are shown in it, also later.

    Each part stands in a container of the page's own. Where the server is busy, Streamlit drops what a whole run has
    drawn of a part that is about to be drawn again; what comes after it would then have no place, and Streamlit's
    browser side answers that with an empty page ("Bad delta path index").
    """

    @functools.wraps(draw)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> None:
        with errors_shown():
            draw(*args, **kwargs)

    def placed(*args: P.args, **kwargs: P.kwargs) -> None:
        with st.container():
            st.fragment(guarded, run_every=seconds)(*args, **kwargs)

    return placed


def show_preset_results(preset: Preset) -> None:
    """Show what a preset was reported to reach, before it is trained; nothing where its source gives no results."""
    if text := results_text(preset):
        st.caption(text)


def show_reported_results(run: Run) -> None:
    """Show what a tutorial printed, what was measured and what this run reached; nothing for other nets."""
    preset = preset_of(run.architecture)
    if not preset or not preset.printed:
        return
    said = {
        _source(preset): preset.printed,
        "Measured with cnnviz": preset.measured,
        "This run": scores_text(run.metrics),
    }
    with st.container(border=True):
        for column, (title, text) in zip(st.columns(3), said.items(), strict=True):
            column.markdown(f"**{title}**  \n{text or NOTHING}")
        if "best_threshold" in run.metrics:
            st.caption(f"This run at 0.5: {right_text(run.metrics)}.")


def _source(preset: Preset) -> str:
    return "The tutorial printed" if preset.tutorial else "The source says"


def results_text(preset: Preset) -> str:
    """Say what the source printed and what was measured here; "" where the source gives no results."""
    if not preset.printed:
        return ""
    measured = f" **Measured with cnnviz:** {preset.measured}" if preset.measured else ""
    return f"**{_source(preset)}:** {preset.printed}{measured}"
