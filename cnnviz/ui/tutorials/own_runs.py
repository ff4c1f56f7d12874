"""What this server has made of a tutorial's net: its runs by the tutorial's own settings, and those by others."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import median

from cnnviz.architecture.presets.catalogue import Preset
from cnnviz.engine.calibration import Calibrator
from cnnviz.errors import CnnvizError
from cnnviz.runs.records import Run
from cnnviz.runs.seeds import is_as_set, one_of_each_seed, runs_of_net
from cnnviz.text.units import NOTHING, count_text, duration_text, percent_text, rough_duration_text
from cnnviz.training.config import TrainingConfig, make_config
from cnnviz.training.duration.forecast import forecast
from cnnviz.ui.app import services
from cnnviz.ui.session.visitor import current_visitor
from cnnviz.ui.tutorials.catalogue import Tutorial

NONE_YET = "not trained here yet"


def own_config(preset: Preset) -> TrainingConfig:
    """The settings of a preset's training, as `python -m cnnviz train --preset NAME` takes them."""
    return make_config({**preset.config, "dataset": preset.dataset})


def command(preset: Preset) -> str:
    """The command line that trains a preset by its own settings."""
    return f"python -m cnnviz train --preset {preset.name}"


def our_command(preset: Preset, tutorial: Tutorial) -> str:
    """The command line that made the figures that were measured here; "" where `command` is that."""
    return f"{command(preset)} {tutorial.options}" if tutorial.options else ""


@dataclass(frozen=True)
class OwnRuns:
    """Runs of a preset's net on this server that a visitor may see: `same` by its own settings, one of each seed."""

    preset: Preset
    same: Sequence[Run]
    others: Sequence[Run]

    @cached_property
    def best(self) -> Run | None:
        """The run with the highest accuracy, of its own settings if there is one of them."""
        runs = self.same or self.others
        return max(runs, key=lambda run: _accuracy(run) or 0.0, default=None)

    def reached_text(self) -> str:
        """Write "68.1 % (best 68.9, mean of 3 seeds ± 0.6)" of its own settings, else of other ones, said as such."""
        shares = [share for run in self.same if (share := _accuracy(run)) is not None]
        if not shares:
            best = None if self.best is None else _accuracy(self.best)
            return NONE_YET if best is None else f"{percent_text(best, digits=1)} by other settings"
        mean = sum(shares) / len(shares)
        if len(shares) == 1:
            return f"{percent_text(mean, digits=1)}, one seed"
        spread = (sum((share - mean) ** 2 for share in shares) / (len(shares) - 1)) ** 0.5
        of = count_text(len(shares), "seed")
        return f"{100 * mean:.1f} ± {percent_text(spread, digits=1)}, {of}, best {percent_text(max(shares), digits=1)}"

    def epoch_text(self, calibrator: Calibrator) -> str:
        """Write the seconds of an epoch: of its runs here, else what is expected of this server's worker."""
        known = [run.seconds / run.epochs_done for run in (*self.same, *self.others) if run.seconds and run.epochs_done]
        if known:
            return duration_text(median(known))
        config = own_config(self.preset)
        try:
            expected = forecast(self.preset.architecture, config, calibrator.calibration()).expected
        except CnnvizError:
            return NOTHING
        return f"about {rough_duration_text(expected / config.epochs)}"


def own_runs(preset: Preset) -> OwnRuns:
    """Find the runs of a preset's net that this visitor may see."""
    wanted = own_config(preset)
    runs = runs_of_net(services.store(), preset.architecture, current_visitor())
    same = [run for run in runs if is_as_set(run) and run.config.model_copy(update={"seed": wanted.seed}) == wanted]
    return OwnRuns(preset, one_of_each_seed(same), [run for run in runs if run not in same])


def _accuracy(run: Run) -> float | None:
    """Share of the test images, at the best threshold where T1 counts so, 0..1."""
    return run.metrics.get("best_accuracy", run.metrics.get("accuracy"))
