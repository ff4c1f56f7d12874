"""`home-net`: train the Home page's net anew and write it as it is shipped."""

from argparse import Namespace
from pathlib import Path

from cnnviz.access.visitor import OPERATOR
from cnnviz.architecture.analysis.analyze import analyze
from cnnviz.architecture.spec import Architecture
from cnnviz.cli.answer import Answer, running_engine
from cnnviz.cli.printing import EpochPrinter
from cnnviz.engine.ask import RunModel, ask
from cnnviz.errors import TrainingFailed
from cnnviz.models.net_file import with_familiarity
from cnnviz.runs.files import MODEL_FILE, TEST_FILE, net_name
from cnnviz.runs.records import Status
from cnnviz.runs.shipped import HOME_NET, NET_FILE, write_shipped
from cnnviz.training.recipes import STARTER


def make_home_net(options: Namespace) -> Answer:
    """Train the recipe STARTER and write net, answers and record into a folder (`options.out`, assets/nets/home).

    Raises
    ------
    TrainingFailed
        It ended before its last epoch.
    """
    folder = Path(options.out or HOME_NET)
    with running_engine() as engine:
        store = engine.store
        run = engine.train(STARTER.architecture, STARTER.config, by=OPERATOR)
        run = engine.wait(run.id, on_change=EpochPrinter(store))
        published = store.published(run.id, net_name())
        if run.status is not Status.FINISHED or published is None:
            raise TrainingFailed(run.message or "The training ended without a net.")
        familiar = ask(
            engine, RunModel(run.id), "familiarity", layer=last_maps(run.architecture), trained_on=run.config.dataset
        )
        files = {
            MODEL_FILE: ask(engine, RunModel(run.id), "without_optimizer"),
            NET_FILE: with_familiarity(store.load_published(published), familiar),
            TEST_FILE: store.load_file(run.id, TEST_FILE),
        }
        write_shipped(store, run, files, folder)
    size = sum(path.stat().st_size for path in folder.iterdir())
    data = {"run": run.id, "folder": str(folder), "bytes": size, "metrics": run.metrics}
    return Answer(data, f"{run.metrics['accuracy']:.2%} of the test images right; {size:,} bytes in {folder}.")


def last_maps(net: Architecture) -> str:
    """Name of the last layer that gives maps: what is compared to tell a digit from what is none."""
    return next(layer.name for layer in reversed(analyze(net).layers) if len(layer.output_shape) == 3)
