"""How accurate a net is when its test images are changed: in the browser where the net is small, else by a worker."""

from math import prod
from urllib.parse import urlencode

import streamlit as st

from cnnviz.access.permission import may_change
from cnnviz.architecture.analysis.analyze import analyze
from cnnviz.engine.long.robustness import COUNTS
from cnnviz.errors import NotInBrowser
from cnnviz.evaluation.corruptions import CORRUPTIONS, series_of
from cnnviz.evaluation.scores import TestPredictions
from cnnviz.runs.records import Run
from cnnviz.text.markup import as_markdown
from cnnviz.text.units import percent_text
from cnnviz.training.config import Augmentation
from cnnviz.ui.components.robustness import RobustnessData, robustness
from cnnviz.ui.session.visitor import cookie_secret, current_visitor
from cnnviz.ui.shared.answers import FIRST_IMAGES, dataset_facts, net_url, net_version, test_images, test_images_url
from cnnviz.web.long_questions import questions_url

BROWSER_MACS = 20_000_000  # of an image: several thousand of them take some ten seconds
BROWSER_BYTES = 16_000_000  # of the images that it fetches
FIRST_COUNT = 200
BY_WORKER = "This net is too large for the browser, so a worker answers, one change after the other; each is kept."
WORDS = f"""
**Accuracy** at seven levels of each change, and the band in which it lies with {percent_text(0.95)} (Wilson). **Half
gone**: where half of what the net knows more than guessing is lost, on the line between two levels. **Mean error**:
over all levels that change something, each change counting alike, as in Hendrycks and Dietterich, *Benchmarking neural
network robustness to common corruptions and perturbations* (ICLR 2019), but not divided by that of another net.
"""


def show_robustness(run: Run, epoch: int | None, test: TestPredictions) -> None:
    """Show accuracy against what is done to the test images, and each level's images; raises as `test_images`."""
    num_test = len(test.labels)
    net, images = _in_browser(run, epoch)
    if not net:
        test_images(run, [0])  # says it where they are gone
    robustness(
        RobustnessData(
            id=f"{run.id}-{net_version(run, epoch)}-{epoch}",
            classes=dataset_facts(run).classes,
            shape=run.architecture.input_shape,
            series=[series_of(name, *run.architecture.input_shape[:2]).as_dict() for name in CORRUPTIONS],
            num_test=num_test,
            counts=possible_counts(num_test, in_browser=bool(net)),
            count=min(FIRST_COUNT, num_test),
            inside=f"/inside?{urlencode({'run': run.id, **({'epoch': epoch} if epoch else {})})}",
            net=net,
            images=images,
            questions=questions_url(run.id, current_visitor(), cookie_secret()),
            epoch=epoch,
            before="" if net else BY_WORKER,
            keeps=bool(net) and may_change(current_visitor(), run),
        )
    )
    if not run.origin:
        st.caption(as_markdown(augmentation_text(run.config.augment)))
    with st.expander("What these figures mean", type="compact"):
        st.caption(WORDS)


def possible_counts(num_test: int, *, in_browser: bool) -> list[int]:
    """Of how many test images the net may be asked, in order; browsers have only the first ones."""
    most = min(num_test, FIRST_IMAGES if in_browser else COUNTS[-1])
    return [count for count in COUNTS if count < most] + [most]


def augmentation_text(augmentation: Augmentation | None) -> str:
    """Say what a net has seen of changed images while it learned."""
    if augmentation is None:
        return (
            "It was trained without augmentation, so it has seen such changes only as far as its images differ anyway. "
            "Train it with some (Training, Change the images a little) and compare."
        )
    said = {
        "shift": f"shifts up to {percent_text(augmentation.shift)} of the side",
        "rotation": f"rotations up to {augmentation.rotation:g}\u00b0",
        "zoom": f"scales up to {percent_text(augmentation.zoom)}",
        "shear": f"shear up to {percent_text(augmentation.shear)}",
        "brightness": f"brightness up to {255 * augmentation.brightness:.0f} levels",
        "noise": f"noise up to {255 * augmentation.noise:.0f} levels",
    }
    seen = [text for name, text in said.items() if getattr(augmentation, name)]
    seen += ["mirrored images"] if augmentation.flip else []
    if not seen:
        return augmentation_text(None)
    return f"It was trained with augmentation, and has seen: {', '.join(seen)}. What lies beyond is new to it."


def _in_browser(run: Run, epoch: int | None) -> tuple[str, str]:
    """Addresses of net and images, "" twice where a worker has to answer; raises as `test_images`."""
    size = FIRST_IMAGES * prod(run.architecture.input_shape)
    if analyze(run.architecture).totals.macs > BROWSER_MACS or size > BROWSER_BYTES:
        return "", ""
    try:
        return net_url(run, epoch), test_images_url(run)
    except NotInBrowser:
        return "", ""
