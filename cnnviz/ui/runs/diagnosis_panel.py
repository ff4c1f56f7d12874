"""What the numbers of a training say, in words."""

import streamlit as st

from cnnviz.datasets.registry import describe
from cnnviz.errors import CnnvizError
from cnnviz.runs.records import Curves, Run, Status
from cnnviz.training.dataset_options import load_options
from cnnviz.training.diagnosis.rules import diagnose
from cnnviz.training.duration.forecast import image_counts


def show_findings(curves: Curves, run: Run) -> None:
    """Each thing that is wrong with a training: what, what shows it, what to try."""
    config = run.config
    try:
        info = describe(config.dataset, **load_options(config, run.architecture.input_shape))
    except CnnvizError:  # the folder of own images is gone: the curves still stand
        return
    found = diagnose(
        curves.points,
        curves.epochs,
        config=config,
        classes=info.classes,
        num_train=image_counts(config, info)[0],
        failure=run.message if run.status is Status.FAILED else "",
    )
    for finding in found:
        st.warning(f"**{finding.title}.** {finding.evidence} {finding.advice}", icon=":material/stethoscope:")
