"""The canvas of the page Inside: in the browser where it can compute the net, else answered by a worker."""

import base64
from dataclasses import asdict, replace
from typing import Any

import streamlit as st

from cnnviz.access.permission import may_change
from cnnviz.engine.edited_nets import save_edited
from cnnviz.errors import CnnvizError, InputWanted, NotInBrowser
from cnnviz.imaging.samples import SAMPLES
from cnnviz.inspection.attribution.methods import methods_for
from cnnviz.inspection.image_makers import MAKERS
from cnnviz.inspection.projection import possible_methods
from cnnviz.kernel_lab.kernels import KERNELS
from cnnviz.runs.records import Run
from cnnviz.text.markup import as_markdown
from cnnviz.ui.app import services
from cnnviz.ui.app.messages import show_message
from cnnviz.ui.app.page_frame import errors_shown, page
from cnnviz.ui.components import inside_net
from cnnviz.ui.components.inside_net import InsideData
from cnnviz.ui.inside.link import is_drawing_linked, keep_shown, linked_epoch, linked_index, linked_screen, linked_unit
from cnnviz.ui.inside.own_net import use_scaling
from cnnviz.ui.inside.worker_maps import show_worker_maps
from cnnviz.ui.session.visitor import cookie_secret, current_visitor
from cnnviz.ui.shared.answers import (
    FIRST_IMAGES,
    dataset_facts,
    kept_epoch_urls,
    net_labels,
    net_url,
    test_images,
    test_images_url,
)
from cnnviz.ui.shared.scalings import TITLES, choices
from cnnviz.web.long_questions import questions_url
from cnnviz.web.samples import sample_url

FAILED = "inside_failed"
WORKER_ANSWERS = "a worker answers here, one picture at a time: several beside each other need the net in the browser."
NO_PICTURES = "This net takes no pictures: expected an input of height, width and 1 or 3 channels. Choose another net."


def show_inside(run: Run) -> None:
    """Show the net of a run, at first as it ended, or as it was after the kept epoch that the link names."""
    shape = run.architecture.input_shape
    if len(shape) != 3 or shape[2] not in (1, 3):
        raise InputWanted(f"{NO_PICTURES} Received: {shape}.")
    try:
        ended, epochs = net_url(run), kept_epoch_urls(run)
    except NotInBrowser as error:
        show_message(error, show=st.info, icon=":material/memory:", advice=f"So {WORKER_ANSWERS}")
        show_worker_maps(run)
        return
    epoch = linked_epoch(epochs)
    url = ended if epoch is None else epochs[epoch]
    if st.session_state.get(FAILED, {}).get("net") == url:
        _show_failed(run)
        return
    layer, unit = linked_unit(run.architecture)
    said = st.empty()  # above the canvas: below it nobody would see it
    data = inside_data(run, url, stops_of(epochs, ended), images_of(run))
    answer = inside_net.inside_net(
        replace(
            data,
            layer=layer,
            unit=unit,
            drawing=is_drawing_linked(),
            screen=linked_screen(),
            scalings=_scalings(run),
            may_change=may_change(current_visitor(), run),
        )
    )
    if answer.problem is not None:
        st.session_state[FAILED] = {"net": url, "said": answer.problem}
        st.rerun()
    if answer.scaling is not None:
        with said.container(), errors_shown():
            use_scaling(run, answer.scaling)
    if answer.shown is not None:
        keep_shown(run, answer.shown)
    if answer.edits is not None:
        with said.container(), errors_shown():
            _save(run, next((epoch for epoch, known in epochs.items() if known == answer.net), None), answer.edits)


def stops_of(epochs: dict[int, str], ended: str | None) -> list[dict[str, Any]]:
    """The kept epochs, and the end where it is another net than all of these (the best epoch is restored there)."""
    stops: list[dict[str, Any]] = [
        {"title": f"Epoch {epoch}", "url": url, "epoch": epoch} for epoch, url in epochs.items()
    ]
    return stops if ended is None or ended in epochs.values() else [*stops, {"title": "As it ended", "url": ended}]


def _scalings(run: Run) -> list[dict[str, Any]]:
    """The ways in which the pixels of a net from elsewhere may be scaled; none of one that gives no classes."""
    if not run.origin or not run.facts.classes:
        return []
    return [
        {
            "name": name,
            "title": TITLES.get(name, name),
            "used": scaling == run.architecture.scaling,
            **scaling.model_dump(),
        }
        for name, scaling in choices(run.architecture).items()
    ]


def _save(run: Run, epoch: int | None, edits: list[Any]) -> None:
    """Keep a net that was changed as a run of the visitor's own."""
    with st.spinner("Saving the net"):
        copy = save_edited(services.engine(), run.id, epoch, edits, by=current_visitor())
    evaluated = "" if copy.origin else " It is being evaluated on all test images."
    where, label = ("inside", "Look inside") if copy.origin else ("training", "See it on the Training page")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.success(f"Saved as **{as_markdown(copy.name)}**, a net of your own.{evaluated}")
        st.page_link(page(where), label=label, query_params={"run": copy.id})


def inside_data(run: Run, url: str, stops: list[dict[str, Any]], images: str | None) -> InsideData:
    """What the canvas is given: the net at `url` at first, the test images at `images`, and what the link names."""
    facts = dataset_facts(run)
    index = linked_index(facts.num_test) if images else 0
    return InsideData(
        net=url,
        classes=tuple(facts.classes),
        shape=run.architecture.input_shape,
        style=facts.input_style,
        is_own=bool(run.origin),
        images=images,
        num_test=facts.num_test,
        photos=[{"title": sample.title, "url": sample_url(name)} for name, sample in SAMPLES.items()],
        kernels=[{"title": kernel.title, "matrix": kernel.matrix} for kernel in KERNELS.values()],
        stops=stops,
        index=index,
        linked=linked_image(run, index) if images else None,
        methods=[{"name": name, **asdict(one)} for name, one in methods_for(run.architecture.input_shape).items()],
        makers=[{"name": name, **asdict(maker)} for name, maker in MAKERS.items()],
        questions=questions_url(run.id, current_visitor(), cookie_secret()),
        embeddings=list(possible_methods()),
    )


def linked_image(run: Run, index: int) -> dict[str, Any] | None:
    """The test image of a link that is none of the first ones, which browsers have; None for these, or without it."""
    if not FIRST_IMAGES <= index < dataset_facts(run).num_test:
        return None
    images, labels = test_images(run, [index])
    label = net_labels(run, labels)[0]
    return {"index": index, "label": int(label), "pixels": base64.b64encode(images[0].tobytes()).decode()}


def images_of(run: Run) -> str | None:
    """Address of the test images; None, and why, where they are not to be had: there are other pictures."""
    if run.origin and not run.config.dataset:
        return None
    try:
        return test_images_url(run)
    except CnnvizError as error:
        st.caption(as_markdown(error))
        return None


def _show_failed(run: Run) -> None:
    said = st.session_state[FAILED]["said"]
    show_message(said, show=st.warning, icon=":material/cloud_off:", advice=f"Until then {WORKER_ANSWERS}")
    if st.button("Try again in the browser"):
        del st.session_state[FAILED]
        inside_net.forget()
        st.rerun()
    show_worker_maps(run)
