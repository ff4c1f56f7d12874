"""What the numbers of a training say, in words."""

import streamlit as st

from cnnviz.runs.records import Curves, Run, Status
from cnnviz.training.diagnosis.rules import diagnose
from cnnviz.ui.shared.answers import dataset_facts


def show_findings(curves: Curves, run: Run) -> None:
    """Each thing that is wrong with a training: what, what shows it, what to try."""
    facts = dataset_facts(run)
    if not facts.classes:  # of an older version, and its images are gone: the curves still stand
        return
    found = diagnose(
        curves.points,
        curves.epochs,
        config=run.config,
        classes=facts.classes,
        num_train=facts.num_train,
        divergence=run.progress.divergence if run.status is Status.FAILED else None,
    )
    for finding in found:
        st.warning(f"**{finding.title}.** {finding.evidence} {finding.advice}", icon=":material/stethoscope:")
