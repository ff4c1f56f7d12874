"""`home-net`: train the Home page's net anew and write it as it is shipped."""

from argparse import Namespace
from pathlib import Path

from cnnviz.access.visitor import OPERATOR
from cnnviz.cli.answer import Answer, running_engine
from cnnviz.cli.printing import EpochPrinter
from cnnviz.engine.ask import RunModel, ask
from cnnviz.engine.browser_nets import net_of_run
from cnnviz.errors import TrainingFailed
from cnnviz.runs.files import MODEL_FILE, TEST_FILE
from cnnviz.runs.records import Status
from cnnviz.runs.shipped import HOME_NET, NET_FILE, write_shipped
from cnnviz.text.units import percent_text
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
        if run.status is not Status.FINISHED:
            raise TrainingFailed(run.message or "The training ended without a net.")
        files = {
            MODEL_FILE: ask(engine, RunModel(run.id), "without_optimizer"),
            NET_FILE: store.load_published(net_of_run(engine, run)),
            TEST_FILE: store.load_file(run.id, TEST_FILE),
        }
        write_shipped(store, run, files, folder)
    size = sum(path.stat().st_size for path in folder.iterdir())
    data = {"run": run.id, "folder": str(folder), "bytes": size, "metrics": run.metrics}
    return Answer(
        data, f"{percent_text(run.metrics['accuracy'], digits=2)} of the test images right; {size:,} bytes in {folder}."
    )
