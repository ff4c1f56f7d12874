"""The Home page's net: trained once per installation, kept for the next start."""

from cnnviz.engine.engine import Engine
from cnnviz.runs.records import Run, Status
from cnnviz.training.starter import STARTER, STARTER_NAME


def ensure_starter(engine: Engine) -> None:
    """Train the Home page's net unless one is there, or go on with one that was interrupted."""
    run = find_starter(engine)
    if run is None or run.status is Status.FAILED:
        engine.train(STARTER.architecture, STARTER.config, name=STARTER_NAME)
    elif run.status is Status.INTERRUPTED:
        engine.resume(run.id)


def find_starter(engine: Engine) -> Run | None:
    """The newest starter run, in whatever state."""
    return engine.store.find(STARTER_NAME)
