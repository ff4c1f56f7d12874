"""The test images of a net that was brought along: which ones, and how its classes were matched with theirs."""

import streamlit as st

from cnnviz.access.permission import may_change
from cnnviz.engine.own_evaluation import evaluate_own
from cnnviz.engine.own_nets import no_answer, read_report
from cnnviz.errors import InputWanted
from cnnviz.runs.records import Run
from cnnviz.text.markup import as_markdown
from cnnviz.training.config import ImageSettings, TrainingConfig
from cnnviz.ui.app import services
from cnnviz.ui.inputs.dataset_picker import choose_dataset
from cnnviz.ui.inputs.run_picker import images_title
from cnnviz.ui.session.training_settings import kept_roles
from cnnviz.ui.session.visitor import current_visitor

NOT_YET = "This net was not trained here, and has answered no test images yet."
BY_OWNER = f"{NOT_YET} Whoever brought it along can choose some."
CHOOSE = (
    "Choose images with as many classes as the net has. They are brought into its size, and matched by their names."
)


def choose_test_images(run: Run) -> None:
    """Let the owner of a net that was brought along choose what it is evaluated on; nothing for other runs.

    Raises InputWanted until it is.
    """
    if not run.origin:
        return
    if not run.facts.classes:
        raise InputWanted(f"{no_answer(read_report(services.store(), run.id))} So it cannot be evaluated.")
    is_mine, is_evaluated = may_change(current_visitor(), run), bool(run.config.dataset)
    if is_evaluated:
        said = " ".join((f"This net was not trained here. It has answered {images_title(run)}.", *run.facts.notes))
        st.caption(as_markdown(said))
    if is_mine and (not is_evaluated or st.toggle("Let it answer other images", key="own_other_images")):
        with st.container(border=True):
            _choose(run)
    if not is_evaluated:
        raise InputWanted(f"{NOT_YET} Choose images, then press Evaluate." if is_mine else BY_OWNER)


def _choose(run: Run) -> None:
    st.markdown(CHOOSE)
    dataset, info = choose_dataset()
    num_classes = len(run.facts.classes)
    st.caption(f"The net tells {num_classes:,} classes apart; these images have {len(info.classes):,}.")
    if not st.button(
        "Evaluate", type="primary", icon=":material/grid_view:", disabled=len(info.classes) != num_classes
    ):
        return
    channels = 1 if run.architecture.input_shape[2] == 1 else 3
    images = ImageSettings(channels=channels, roles=kept_roles(dataset))
    with st.spinner("Evaluating: the net answers all test images", show_time=True):
        evaluate_own(services.engine(), run.id, TrainingConfig(dataset=dataset, images=images), by=current_visitor())
    st.session_state.pop("own_other_images", None)
    st.rerun()
