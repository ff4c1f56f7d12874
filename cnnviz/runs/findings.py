"""What the diagnosis says of a run, for the pages and the command line."""

from collections.abc import Sequence
from typing import Any

from cnnviz.runs.files import dataset_facts, edited_after
from cnnviz.runs.records import Run, Status
from cnnviz.runs.store import RunStore
from cnnviz.training.diagnosis.finding import Finding
from cnnviz.training.diagnosis.rules import diagnose

Rows = Sequence[dict[str, Any]]


def findings(store: RunStore, run: Run, points: Rows, epochs: Rows) -> tuple[Finding, ...]:
    """Diagnose a run by its curves so far.

    Parameters
    ----------
    store : RunStore
    run : Run
    points, epochs : sequence of dict
        What `RunStore.curves` has of it.

    Returns
    -------
    tuple of Finding
        The most likely cause, or that all is well, and then what else was noticed. Nothing of a run whose images nobody
        knows any more, or of a net whose last change was made by hand.
    """
    facts = dataset_facts(store, run)
    edited = edited_after(store, run.id)
    if not facts.classes or (edited and edited == len(epochs)):
        return ()
    return diagnose(
        points,
        epochs,
        config=run.config,
        classes=facts.classes,
        num_train=facts.num_train,
        divergence=run.progress.divergence if run.status is Status.FAILED else None,
        architecture=run.architecture,
        has_ended=not (run.status.is_active or run.status is Status.PAUSED),
        net_epoch=run.net_epoch,
        num_validation=facts.num_validation,
    )
