"""What the numbers of a training say, in words."""

import streamlit as st

from cnnviz.datasets.registry import describe
from cnnviz.errors import CnnvizError
from cnnviz.runs.records import Curves, Run, Status
from cnnviz.training.diagnosis import diagnose


def show_findings(curves: Curves, run: Run) -> None:
    """Each thing that is wrong with a training: what, what shows it, what to try."""
    try:
        info = describe(run.config.dataset)
    except CnnvizError:  # the folder of own images is gone: the curves still stand
        return
    found = diagnose(
        curves.points,
        curves.epochs,
        config=run.config,
        classes=info.classes,
        num_train=min(info.num_train, run.config.limit or info.num_train),
        failure=run.message if run.status is Status.FAILED else "",
    )
    for finding in found:
        st.warning(f"**{finding.title}** {finding.evidence} {finding.advice}", icon=":material/stethoscope:")
