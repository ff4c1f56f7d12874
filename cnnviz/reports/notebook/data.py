"""The cells that get the images of a run: loaded, drawn or read from files, and split as in the run."""

from collections.abc import Callable

from cnnviz.datasets.catalogue import DATASETS
from cnnviz.reports.notebook.cells import Cell, code, words
from cnnviz.reports.notebook.changed_images import changed_cells
from cnnviz.reports.notebook.picture_files import file_cells, shape_read
from cnnviz.reports.notebook.recipe import Recipe
from cnnviz.reports.notebook.sources import digits_code, photo_code, shapes_code, writing_code

_SPLIT_DIGITS = """
    bunch = load_digits()
    images = np.stack([enlarge_digit(image) for image in bunch.images / 16])[..., None]
    x_train, x_test, y_train, y_test = train_test_split(
        images, bunch.target.astype(np.int64), test_size=360, stratify=bunch.target, random_state=0
    )
"""
_IMPORT_DIGITS = """
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split
"""


def data_cells(recipe: Recipe) -> list[Cell]:
    """Write the cells after which there are `x_train`, `y_train`, the same of `val` and `test`, and `CLASSES`."""
    name = recipe.config.dataset
    get = file_cells if recipe.is_read_from_files else _GET.get(name, _from_keras)
    title = "your own images" if name not in DATASETS else DATASETS[name].title
    facts = recipe.facts
    return [
        words(
            f"""
            ## The images

            The run learned from {facts.num_train:,} images and was tested on {facts.num_test:,}: {title}. Images are
            arrays (number, height, width, channels) of whole numbers from 0 to 255, labels are positions in `CLASSES`.
            """
        ),
        *get(recipe),
        code(f"CLASSES = {list(facts.classes)!r}"),
        *_reordered(recipe),
        *changed_cells(recipe),
        *_limited(recipe),
        *_fitted(recipe),
        *_validation(recipe),
        _look(recipe),
    ]


def _from_keras(recipe: Recipe) -> list[Cell]:
    name = recipe.config.dataset
    shape = DATASETS[name].image_shape
    return [
        code(
            f"""
            (x_train, y_train), (x_test, y_test) = keras.datasets.{name}.load_data()
            x_train, x_test = x_train.reshape(-1, *{shape}), x_test.reshape(-1, *{shape})
            y_train, y_test = y_train.ravel().astype(np.int64), y_test.ravel().astype(np.int64)
            """
        )
    ]


def _digits(_recipe: Recipe) -> list[Cell]:
    return [
        words(
            "scikit-learn's digits have 8 x 8 pixels. They are enlarged to the look of MNIST: smooth, sharp, centred."
        ),
        code(f"import cv2\n\n\n{digits_code()}"),
        code(_IMPORT_DIGITS),
        code(_SPLIT_DIGITS),
    ]


def _starter(_recipe: Recipe) -> list[Cell]:
    return [
        *_digits(_recipe),
        words("To them come the same digits, bent a little, and digits that a simulated pen writes."),
        code(f"from collections.abc import Callable\nfrom itertools import pairwise\n\n{writing_code()}"),
        code(
            """
            rng = np.random.default_rng(0)
            bent = [warp_digit(image[..., 0], rng) for _ in range(2) for image in x_train]
            written = np.arange(8000) % 10
            drawn = [draw_digit(int(label), rng) for label in written]
            x_train = np.concatenate([x_train, np.stack(bent + drawn)[..., None]])
            y_train = np.concatenate([np.tile(y_train, 3), written])
            """
        ),
    ]


def _shapes(_recipe: Recipe) -> list[Cell]:
    return [
        words("Six shapes of random size, place, turn and colours, drawn from a seed: always the same ones."),
        code(f"import cv2\nfrom collections.abc import Callable\n\n{shapes_code()}"),
        code("from sklearn.model_selection import train_test_split"),
        code(
            """
            rng = np.random.default_rng(0)
            names = list(OUTLINES)
            labels = rng.permutation(np.arange(3600) % len(names))
            images = np.stack([draw_shape(names[label], rng) for label in labels])
            x_train, x_test, y_train, y_test = train_test_split(
                images, labels, test_size=600, stratify=labels, random_state=0
            )
            """
        ),
    ]


def _faces(_recipe: Recipe) -> list[Cell]:
    return [
        words("scikit-image brings a hundred faces and a hundred backgrounds along."),
        code(
            """
            from skimage.data import lfw_subset
            from sklearn.model_selection import train_test_split

            images = np.rint(lfw_subset() * 255).astype(np.uint8)[..., None]
            labels = np.repeat([0, 1], 100)
            x_train, x_test, y_train, y_test = train_test_split(
                images, labels, test_size=50, stratify=labels, random_state=0
            )
            """
        ),
    ]


_GET: dict[str, Callable[[Recipe], list[Cell]]] = {
    "digits": _digits,
    "shapes": _shapes,
    "faces": _faces,
    "starter": _starter,
}
"""Registered set -> its cells; all others are those of `keras.datasets`."""


def _reordered(recipe: Recipe) -> list[Cell]:
    """Count the labels of a registered set in the order of the net's outputs, where that is another."""
    dataset, classes = recipe.config.dataset, recipe.facts.classes
    if recipe.is_read_from_files or DATASETS[dataset].classes == classes:
        return []
    places = [classes.index(name) for name in DATASETS[dataset].classes]
    return [
        words("The net counts the classes in another order than the data set."),
        code(f"place = np.array({places})\ny_train, y_test = place[y_train], place[y_test]"),
    ]


def _limited(recipe: Recipe) -> list[Cell]:
    if recipe.config.limit is None:
        return []
    return [
        words(f"The run learned from at most {recipe.config.limit:,} images, drawn by its seed."),
        code(
            f"""
            if len(x_train) > {recipe.config.limit}:
                chosen = np.random.default_rng(SEED).permutation(len(x_train))[:{recipe.config.limit}]
                x_train, y_train = x_train[chosen], y_train[chosen]
            """
        ),
    ]


def _fitted(recipe: Recipe) -> list[Cell]:
    """Bring images into the size of a net that is trained on: any other was built for them."""
    shape = recipe.architecture.input_shape
    if recipe.config.fine_tuning is None or shape_read(recipe) == shape:
        return []
    parts = ["x_train", "x_test", *(["x_val"] if "validation" in recipe.files else [])]
    lines = [f"{part} = np.stack([prepare_photo(image, {shape}) for image in {part}])" for part in parts]
    known = [] if recipe.is_read_from_files else [code(f"import cv2\n\n\n{photo_code()}")]
    return [words("The net that the run began with takes images of another size."), *known, code("\n".join(lines))]


def _validation(recipe: Recipe) -> list[Cell]:
    if "validation" in recipe.files:
        return []
    if not recipe.config.validation_share:
        return [
            words("The run was validated on its test images after each epoch, as its tutorials do."),
            code("x_val, y_val = x_test, y_test"),
        ]
    return [
        words(
            "A share of the training images of each class is set aside: the net is validated on them after each epoch."
        ),
        code(
            f"""
            random = np.random.default_rng(SEED)
            aside = np.zeros(len(y_train), bool)
            for label in np.unique(y_train):
                of_class = np.flatnonzero(y_train == label)
                number = min(max(1, round(len(of_class) * {recipe.config.validation_share})), len(of_class) - 1)
                aside[random.permutation(of_class)[:number]] = True
            x_val, y_val = x_train[aside], y_train[aside]
            x_train, y_train = x_train[~aside], y_train[~aside]
            """
        ),
    ]


def _look(recipe: Recipe) -> Cell:
    is_apart = "validation" in recipe.files or recipe.config.validation_share
    others = 'len(x_val), "to validate on,", len(x_test), "to test on"'
    if not is_apart:
        others = 'len(x_test), "to test on and to validate on"'
    return code(
        f"""
        print(len(x_train), "images to learn from,", {others})
        figure, axes = plt.subplots(2, 6, figsize=(9, 3.4))
        for axis, image, label in zip(axes.flat, x_train, y_train):
            axis.imshow(image, cmap="gray", vmin=0, vmax=255)
            axis.set_title(CLASSES[label], fontsize=9)
            axis.axis("off")
        plt.show()
        """
    )
