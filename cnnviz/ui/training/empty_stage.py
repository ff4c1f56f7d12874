"""What stands where the curves will be, and beside Start what it would start."""

from base64 import b64encode
from html import escape
from pathlib import Path

import streamlit as st

from cnnviz.architecture.spec import Architecture
from cnnviz.datasets.catalogue import DATASETS
from cnnviz.datasets.registry import describe
from cnnviz.plots.diagram.diagram import thumbnail_svg
from cnnviz.plots.empty_curves import empty_curves
from cnnviz.text.markup import as_markdown
from cnnviz.text.units import classes_text, count_text, plain_text
from cnnviz.training.config import OPTIMIZERS, TrainingConfig

STYLE = Path(__file__).parents[3] / "assets" / "style" / "training.css"
NUM_CLASSES = 10  # of the axes, until images are chosen


def show_choice(net: Architecture, config: TrainingConfig, *, is_next: bool) -> None:
    """Say in one line what Start would start; where a run is shown, that it is the next one and not that."""
    st.markdown(as_markdown(f"{'Next: ' if is_next else ''}{choice_text(net, config)}"))


def choice_text(net: Architecture, config: TrainingConfig) -> str:
    """Write "digits-fast, 8 epochs of Handwritten digits (small), batch 32, Adam 0.004"."""
    images = describe(config.dataset, roles=config.images.roles).title
    steps = f"batch {config.batch_size}, {OPTIMIZERS[config.optimizer]} {plain_text(config.learning_rate)}"
    return f"{net.name}, {count_text(config.epochs, 'epoch')} of {images}, {steps}"


def show_empty(net: Architecture | None, config: TrainingConfig | None) -> None:
    """Show the axes of the curves to come, and the net that is to learn."""
    num_classes, epochs = NUM_CLASSES, (config or TrainingConfig()).epochs
    learns = ""
    if net is not None and config is not None:
        num_classes = len(describe(config.dataset, roles=config.images.roles).classes)
        picture = b64encode(thumbnail_svg(net).encode()).decode()
        said = f"{net.name}: a picture goes in on the left, {classes_text(num_classes)} come out on the right."
        learns = (
            f'<figure><img alt="The layers of {escape(net.name)}, from left to right" '
            f'src="data:image/svg+xml;base64,{picture}"><figcaption>{escape(said)}</figcaption></figure>'
        )
    has_guessing = config is not None and config.loss == "crossentropy"
    is_balanced = config is not None and config.dataset in DATASETS
    curves = empty_curves(epochs, num_classes, has_guessing=has_guessing, is_balanced=is_balanced)
    st.html(
        '<div class="empty-stage"><p><strong>Nothing has been learned yet.</strong> The curves come here after Start; '
        f"the dashes are only a sketch.</p>{curves}{learns}</div>"
    )
