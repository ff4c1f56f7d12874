"""The fast recipes: each fits its data and reaches what it says."""

import json
from pathlib import Path

import pytest

from cnnviz.architecture.editing.adapt import adapt
from cnnviz.datasets.registry import describe
from cnnviz.training.recipes import RECIPES
from tests.helpers import run_python
from tests.shared_data import keras_home, shared

TRAIN = """
import json, sys
from cnnviz.datasets.dataset import Dataset
from cnnviz.datasets.registry import load_dataset
from cnnviz.training.loop.control import Control
from cnnviz.training.loop.job import TrainingJob
from cnnviz.training.recipes import RECIPES
from cnnviz.training.loop.run import train
recipe = RECIPES[sys.argv[1]]
data = load_dataset(sys.argv[2], **({} if sys.argv[1] == sys.argv[2] else {"image_size": (32, 32)}))
job = TrainingJob("test", recipe.architecture, recipe.config)
print(json.dumps(train(job, data, emit=lambda event: None, control=Control()).metrics))
"""


def trained(name: str, path: str | None = None, home: Path | None = None) -> float:
    """Test accuracy in a process of its own."""
    environment = {"KERAS_HOME": str(home)} if home else {}
    return json.loads(run_python(TRAIN, name, path or name, seconds=1800, **environment))["accuracy"]


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_fits_its_data_as_it_is(name: str) -> None:
    recipe, info = RECIPES[name], describe(name)
    assert recipe.config.dataset == name
    assert adapt(recipe.architecture, info.image_shape, len(info.classes)) == recipe.architecture
    assert recipe.config.schedule == "one_cycle"
    assert "%" in recipe.reaches


def test_every_set_of_a_fixed_size_that_can_be_chosen_has_a_recipe() -> None:
    assert list(RECIPES) == ["digits", "shapes", "faces", "mnist", "fashion_mnist", "cifar10"]


@pytest.mark.keras
@pytest.mark.parametrize(("name", "accuracy"), [("digits", 0.97), ("shapes", 0.7), ("faces", 0.86)])
def test_the_sets_that_are_always_there_are_learned_in_seconds(name: str, accuracy: float) -> None:
    assert trained(name) >= accuracy


@pytest.mark.keras
@pytest.mark.slow
@pytest.mark.parametrize(("name", "accuracy"), [("mnist", 0.991), ("fashion_mnist", 0.91)])
def test_the_downloaded_sets_are_learned_as_well_as_promised(name: str, accuracy: float, tmp_path: Path) -> None:
    assert trained(name, home=keras_home(tmp_path)) >= accuracy


@pytest.mark.keras
@pytest.mark.slow
def test_cifar_is_learned_in_a_third_of_the_epochs_of_the_tutorial() -> None:
    assert trained("cifar10", str(shared("cifar10-images.zip"))) >= 0.67
