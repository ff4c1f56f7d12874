"""A run, or several, as one HTML file that opens from a folder, without network or server, the nets alive in it."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from cnnviz.access.visitor import OPERATOR, Visitor
from cnnviz.engine.engine import Engine
from cnnviz.errors import InputWanted
from cnnviz.reports.card import Answer
from cnnviz.reports.html.comparison_page import (
    comparison_body,
    comparison_script_data,
    net_entries,
)
from cnnviz.reports.html.contents import MAX_NET_BYTES, RunContents, read_contents, with_epochs, with_images
from cnnviz.reports.html.document import document
from cnnviz.reports.html.net_data import first_images, net_files
from cnnviz.reports.html.run_page import run_body, run_script_data
from cnnviz.reports.html.same_images import same_images, split_images, split_of
from cnnviz.reports.html.seeds_section import seeds_section
from cnnviz.reports.html.shots import taken_images
from cnnviz.runs.records import Run

MOST_RUNS = 6
TOGETHER = "With the nets before it this one is too large for a file that one takes along. Look at it in the app."


def run_html(engine: Engine, run: Run, *, images_name: str | None = None, card: Sequence[Answer] = ()) -> bytes:
    """Write a run as one HTML file.

    Parameters
    ----------
    engine : Engine
        Asked for test images, and for a net that no browser has asked for yet.
    run : Run
    images_name : str, optional
        What its images are called; by default their title, and of an upload not the name that its owner gave it.
    card : sequence of Answer
        A model card.

    Returns
    -------
    bytes
        HTML. What cannot be had (images that are gone, a net too large) is said in its place.
    """
    contents = with_epochs(engine, read_contents(engine, run, images_name))
    contents = with_images(engine, contents, taken_images(contents))
    files = net_files(contents)
    if contents.images is not None:
        files["images"] = first_images(contents.images, contents.facts.classes)
    return document(
        contents.title,
        run_body(contents, card),
        name="run",
        page=run_script_data(contents, engine.store),
        parts=("inside_net", "live_run", "confusion_matrix"),
        files=files,
    )


def comparison_html(
    engine: Engine, runs: Sequence[Run], *, images_names: Sequence[str] | None = None, visitor: Visitor = OPERATOR
) -> bytes:
    """Write two to six runs beside each other as one HTML file.

    Parameters
    ----------
    engine, images_names
        As for `run_html`, a name for each run.
    runs : sequence of Run
    visitor : Visitor
        Who takes it along: other seeds of the nets count if this visitor may see them.

    Returns
    -------
    bytes
        HTML. What of a run cannot be had is said in its place; the others are shown.

    Raises
    ------
    InputWanted
        There are fewer than two runs, or more than six.
    """
    if not 2 <= len(runs) <= MOST_RUNS:
        raise InputWanted(f"Choose two to {MOST_RUNS} runs to be compared. Received: {len(runs)}.")
    names: Sequence[str | None] = images_names or [None] * len(runs)
    known = [read_contents(engine, run, name) for run, name in zip(runs, names, strict=True)]
    split = split_of(known)
    known = _with_images(engine, _within_limit(known), split_images(split) if split else ())
    files, places = _files(known)
    problems = [contents.missing.get("net", "") for contents in known]
    return document(
        f"{len(runs)} runs beside each other",
        comparison_body(known, split, seeds_section(engine.store, runs, visitor)),
        name="comparison",
        page=comparison_script_data(known, net_entries(known, places, problems)),
        parts=("compare_nets", "live_run", "confusion_matrix"),
        files=files,
    )


def _within_limit(known: Sequence[RunContents]) -> list[RunContents]:
    """Leave out the nets with which all together would be larger than one may be."""
    kept, left = [], MAX_NET_BYTES
    for contents in known:
        size = len(contents.net or b"")
        if size > left:
            contents = replace(contents, net=None, missing={**contents.missing, "net": TOGETHER})
        else:
            left -= size
        kept.append(contents)
    return kept


def _with_images(engine: Engine, known: Sequence[RunContents], chosen: Sequence[np.ndarray]) -> list[RunContents]:
    """Add test images: once of those that several nets share, and those `chosen` for the first."""
    found: list[RunContents] = []
    for contents in known:
        alike = next((other for other in found if same_images(other, contents)), None)
        images = alike and alike.images
        found.append(
            replace(contents, images=images) if images else with_images(engine, contents, () if found else chosen)
        )
    return found


def _files(known: Sequence[RunContents]) -> tuple[dict[str, bytes], list[tuple[str, str]]]:
    """Files of the nets and their images by name, and the names of each run's."""
    files: dict[str, bytes] = {}
    places, taken = [], list[int]()
    for at, contents in enumerate(known):
        net = images = ""
        if contents.net is not None:
            net = f"net-{at}"
            files[net] = contents.net
        if contents.images is not None:
            same = next((other for other in taken if known[other].images is contents.images), at)
            images = f"images-{same}"
            if same == at:
                taken.append(at)
                files[images] = first_images(contents.images, contents.facts.classes)
        places.append((net, images))
    return files, places
