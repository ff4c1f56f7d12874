"""The same picture through the nets of several runs, in the browser."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from cnnviz.architecture.analysis.graph import trace
from cnnviz.errors import CnnvizError, InputWanted, NotInBrowser
from cnnviz.imaging.samples import SAMPLES
from cnnviz.inspection.attribution.methods import METHODS, default_settings, methods_in_words
from cnnviz.models.net_file import LACKING, MAX_BYTES
from cnnviz.plots.comparison import LETTERS, RUN_COLOURS
from cnnviz.runs.records import Run
from cnnviz.text.units import megabytes_text
from cnnviz.ui.app.page_frame import page
from cnnviz.ui.compare.chosen import names_of
from cnnviz.ui.components.compare_nets import LAYERS, NO_METHOD, CompareAnswer, CompareData, ComparedNet, compare_nets
from cnnviz.ui.inside.canvas import linked_image, stops_of
from cnnviz.ui.inside.link import linked_index
from cnnviz.ui.shared.answers import dataset_facts, kept_epoch_urls, net_url, run_version, test_images_url
from cnnviz.ui.shared.elements import IMAGE, choice_in_link, image_in_link, number_in_link
from cnnviz.web.samples import sample_url

ENTRIES = 64
MAPS, WHY = "conv-1", "grad_cam"
METHOD_NAMES = (*METHODS, NO_METHOD)
TOLD = "same_picture_told"
"""Key of the session: what the browser has told last, so that it does not overrule a link that came later."""
ON_INSIDE = "On the page Inside a worker answers."
LACKS = "This net has {what}, which a browser does not compute."
TOO_LARGE = "With the nets before it this one has more weights than the {most} that a browser is given."
NO_PICTURES = "This net takes no pictures: expected an input of height, width and 1 or 3 channels."
NO_NET_YET = "This net has not learned yet: it can be shown after its first epoch."


def show_same_picture(runs: Sequence[Run]) -> None:
    """Show what the nets of these runs make of one picture: answers, maps of a layer, and why.

    Of a run whose net the browser cannot show, its place says so, and the others are shown. The address names the test
    image, the layer and the method: `?image=5&maps=conv-last&why=saliency`.

    Parameters
    ----------
    runs : sequence of Run
        Two to six that the visitor may see.
    """
    # of the first set of images, with which the browser begins; before the nets, to which that image is given
    index = linked_index(next((run.facts.num_test for run in runs if run.facts.num_test), 0))
    with st.spinner("Fetching the nets"):
        nets = _nets(runs)
    data = CompareData(
        nets=nets,
        photos=[{"title": sample.title, "url": sample_url(name)} for name, sample in SAMPLES.items()],
        methods=methods_in_words(),
        index=index,
        maps=choice_in_link("maps", LAYERS, what="layer of all nets", instead="the first convolution is shown") or MAPS,
        why=choice_in_link("why", METHOD_NAMES, what="method", instead="Grad-CAM is shown") or WHY,
    )
    _follow(compare_nets(data))


def _follow(answer: CompareAnswer) -> None:
    """Bring into the address what was chosen, and go where a click leads."""
    if answer.inside is not None:
        run, index = answer.inside
        st.switch_page(page("inside"), query_params={"run": run, **({} if index is None else image_in_link(index))})
    if answer.chosen and answer.chosen != st.session_state.get(TOLD):
        st.session_state[TOLD] = answer.chosen
        st.query_params.pop(IMAGE, None)
        st.query_params.update(answer.chosen)


def _nets(runs: Sequence[Run]) -> list[ComparedNet]:
    """What the browser is told of each net, or why it cannot be shown."""
    nets, num_bytes = [], 0
    for run, letter, name, colour in zip(runs, LETTERS, names_of(runs), RUN_COLOURS, strict=False):
        net = ComparedNet(run.id, letter, name, colour, f"/inside?{urlencode({'run': run.id})}")
        try:
            size = 4 * sum(node.effect.params for node in trace(run.architecture)[0])
            if num_bytes + size > MAX_BYTES:
                raise NotInBrowser(TOO_LARGE.format(most=megabytes_text(MAX_BYTES)))
            nets.append(replace(net, **_given(run)))
            num_bytes += size
        except NotInBrowser as error:
            sentence = LACKS.format(what=LACKING[error.kind]) if error.kind else error
            nets.append(replace(net, problem=f"{sentence} {ON_INSIDE}"))
        except CnnvizError as error:
            nets.append(replace(net, problem=str(error)))
    return nets


def _given(run: Run) -> dict[str, Any]:
    """Files and facts of a run's net; raises a CnnvizError where the browser cannot show it."""
    shape = run.architecture.input_shape
    if len(shape) != 3 or shape[2] not in (1, 3):
        raise InputWanted(f"{NO_PICTURES} Received: {shape}.")
    net, stops = _files(run.id, run_version(run), _run=run)
    facts = dataset_facts(run)
    return {
        "net": net,
        "stops": stops,
        "classes": tuple(facts.classes),
        "shape": shape,
        "style": facts.input_style,
        "is_own": bool(run.origin),
        "num_test": facts.num_test,
        **_images(run),
        "settings": default_settings(shape),
    }


@st.cache_data(show_spinner=False, max_entries=ENTRIES)
def _files(run_id: str, version: str, *, _run: Run) -> tuple[str, list[dict[str, Any]]]:  # noqa: ARG001  the key
    """Address of a run's net, as it ended or as it is by now, and of its kept epochs; the same for all who look."""
    ended = net_url(_run) if _run.status.has_model else None
    stops = stops_of(kept_epoch_urls(_run), ended)
    if not stops:
        raise InputWanted(NO_NET_YET)
    return ended or stops[-1]["url"], stops


def _images(run: Run) -> dict[str, Any]:
    """The test images, and that of the link if it is none of the first; nothing where they are not to be had."""
    if run.origin and not run.config.dataset:
        return {}
    try:
        return {"images": test_images_url(run), "linked": linked_image(run, number_in_link(IMAGE) - 1)}
    except CnnvizError:
        return {}
