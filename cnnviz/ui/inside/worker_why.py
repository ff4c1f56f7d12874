"""Why a net says what it says, where the browser cannot compute it: a worker is asked, method by method."""

import hashlib
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from functools import partial
from io import BytesIO
from typing import Any, TypeVar

import numpy as np
import streamlit as st

from cnnviz.architecture.layer_titles import layer_titles
from cnnviz.engine.ask import RunModel
from cnnviz.engine.long.answers import finished
from cnnviz.engine.long.attribution import Why, attribute, check_deletion, check_randomisation
from cnnviz.errors import InvalidInput
from cnnviz.inspection.attribution.methods import Method, method_settings, methods_for
from cnnviz.inspection.attribution.results import Attribution, Deletion, Randomisation, named_arrays
from cnnviz.plots.attributions import (
    COLUMNS,
    SIGNS,
    AttributionMap,
    as_map,
    draw_attributions,
    draw_each,
    what_speaks_for,
)
from cnnviz.runs.records import Run
from cnnviz.text.markup import as_markdown
from cnnviz.text.units import percent_text
from cnnviz.ui.app import services
from cnnviz.ui.components.save_files import FileToSave, save_files
from cnnviz.ui.shared.answers import dataset_facts, net_version

KEY, OF = "worker_why", "worker_why_class"
SAID = "what it says"
NAME = "why"

T = TypeVar("T")


@dataclass
class _Asked:
    """What was asked in this session and what is known of it; what one run of the page leaves, the next one asks."""

    question: str
    titles: dict[str, str]
    is_wanted: bool = False
    found: dict[str, Attribution] = field(default_factory=dict)
    checks: dict[str, tuple[Deletion | Randomisation, ...]] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)

    def is_left(self, name: str) -> bool:
        """Whether something of a method is still to be computed."""
        return name not in self.checks and name not in self.problems


def show_worker_why(run: Run, image: np.ndarray) -> None:
    """Let the visitor ask a worker what speaks for a class in an image (H, W, C) uint8, and save what comes.

    It is no part that runs by itself: Streamlit does not interrupt one for a click in it, and Cancel would come late.
    """
    classes, methods = dataset_facts(run).classes, methods_for(image.shape)
    st.subheader("Why it says that", anchor=False)
    names = [SAID, *classes]
    of = st.selectbox("What speaks for", range(len(names)), format_func=lambda at: as_markdown(names[at]), key=OF)
    question = f"{run.id} {net_version(run)} {of} {hashlib.sha256(image.tobytes()).hexdigest()}"
    asked: _Asked | None = st.session_state.get(KEY)
    if asked is None or asked.question != question:
        asked = _Asked(question, layer_titles(run.architecture))
    st.session_state[KEY] = asked
    controls, figure = st.empty(), st.empty()
    left = [name for name in methods if asked.is_left(name)]
    _draw(figure, image, asked, classes)
    if left and not asked.is_wanted:
        label = "Ask again" if asked.found else "Ask the worker"
        controls.button(label, icon=":material/psychology:", on_click=_want, args=(asked, True))
    elif left:
        with controls.container():
            st.button("Cancel", on_click=_want, args=(asked, False))
            told = st.progress(0.0)
            for number, name in enumerate(left):
                _ask(run, image, None if of == 0 else of - 1, (name, methods[name]), asked, told)
                told.progress((number + 1) / len(left))
                _draw(figure, image, asked, classes)
        controls.empty()
    for name, problem in asked.problems.items():
        st.caption(f"**{methods[name].title}**: {as_markdown(problem)}")
    if not [name for name in methods if asked.is_left(name)] and asked.found:
        _offer(image, asked, classes)


def _want(asked: _Asked, wanted: bool) -> None:
    asked.is_wanted = wanted


def _ask(run: Run, image: np.ndarray, of: int | None, named: tuple[str, Method], asked: _Asked, told: Any) -> None:
    """Map and checks of one method, as far as they are not there yet."""
    name, method = named
    given = {setting.name: setting.default for setting in method.settings}
    why = Why(image, name, of, "", method_settings(name, given))
    engine, subject = services.engine(), RunModel(run.id)

    def wait(chunks: Generator[float, None, T], what: str) -> T:
        doing = f"{method.title}{what}: asking the worker"
        return finished(chunks, lambda share: told.progress(share, f"{doing}, {percent_text(share)}"))

    try:
        if name not in asked.found:
            asked.found[name] = wait(attribute(engine, subject, why), "")
        found = asked.found[name]
        baseline = "black" if dataset_facts(run).input_style == "digit" else "mean"
        asked.checks[name] = (
            wait(check_deletion(engine, subject, why, found, baseline), ", pixels taken away"),
            wait(check_randomisation(engine, subject, why, found), ", weights shuffled"),
        )
    except InvalidInput as error:
        asked.problems[name] = str(error)


def _maps(asked: _Asked) -> list[AttributionMap]:
    return [as_map(found, asked.titles, asked.checks.get(name, ())) for name, found in asked.found.items()]


def _draw(place: Any, image: np.ndarray, asked: _Asked, classes: tuple[str, ...]) -> None:
    if not asked.found:
        return
    words, maps = what_speaks_for(next(iter(asked.found.values())), classes), _maps(asked)
    drawn = draw_each(image, maps)
    with place.container():
        st.caption(f"{as_markdown(words)}. {SIGNS}")
        for start in range(0, len(maps), COLUMNS):
            for column, one, svg in zip(st.columns(COLUMNS), maps[start:], drawn[start:], strict=False):
                column.image(svg.decode(), width="stretch", alt=f"{one.title}: {words}")


def _offer(image: np.ndarray, asked: _Asked, classes: tuple[str, ...]) -> None:
    """Buttons that save figure and arrays."""
    heading, maps = what_speaks_for(next(iter(asked.found.values())), classes), _maps(asked)
    named: dict[str, Any] = named_arrays(image, list(asked.found.values()))

    def arrays() -> bytes:
        file = BytesIO()
        np.savez(file, **named)
        return file.getvalue()

    writers = {ending: partial(draw_attributions, image, maps, heading, ending=ending) for ending in ("png", "svg")}
    files: dict[str, Callable[[], bytes]] = {**writers, "npz": arrays}
    offered = [FileToSave(f"Save {end.upper()}", f"{NAME}.{end}", write) for end, write in files.items()]
    save_files(offered, key="why_files")
