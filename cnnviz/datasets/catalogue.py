"""The data sets to choose from: the registered ones, and the folders and zips that the server offers."""

from pathlib import Path

from cnnviz.datasets.dataset import DatasetInfo
from cnnviz.errors import InvalidDataset
from cnnviz.settings import read_places

_DIGITS = tuple("0123456789")
_TOPS = ("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat")
_CLOTHES = (*_TOPS, "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot")
_THINGS = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
_OPTDIGITS = "scikit-learn's copy of Optical Recognition of Handwritten Digits (Alpaydin and Kaynak, UCI, 1998)"

DATASETS: dict[str, DatasetInfo] = {
    info.name: info
    for info in (
        DatasetInfo(
            name="digits",
            title="Handwritten digits (small)",
            classes=_DIGITS,
            image_shape=(28, 28, 1),
            num_train=1437,
            num_test=360,
            input_style="digit",
            source=_OPTDIGITS,
            licence="CC BY 4.0",
            needs_download=False,
            summary="Real digits by 13 people, stored as 8×8 and enlarged to the look of MNIST. Always there.",
        ),
        DatasetInfo(
            name="shapes",
            title="Coloured shapes",
            classes=("circle", "square", "triangle", "star", "cross", "ring"),
            image_shape=(32, 32, 3),
            num_train=3000,
            num_test=600,
            input_style="photo",
            source="generated, always the same",
            licence="none needed",
            needs_download=False,
            summary="Six shapes of any size, place, turn and colour on noisy backgrounds. Always there.",
        ),
        DatasetInfo(
            name="faces",
            title="Face or not",
            classes=("face", "no face"),
            image_shape=(25, 25, 1),
            num_train=150,
            num_test=50,
            input_style="photo",
            source="scikit-image's subset of Labeled Faces in the Wild (Huang et al., 2012)",
            licence="research use, see vis-www.cs.umass.edu/lfw",
            needs_download=False,
            summary="A hundred faces and a hundred pieces of background, tiny and grey. Always there.",
        ),
        DatasetInfo(
            name="mnist",
            title="MNIST digits",
            classes=_DIGITS,
            image_shape=(28, 28, 1),
            num_train=60_000,
            num_test=10_000,
            input_style="digit",
            source="keras.datasets.mnist (LeCun, Cortes and Burges, 1998)",
            licence="CC BY-SA 3.0",
            needs_download=True,
            summary="The classic: seventy thousand handwritten digits.",
        ),
        DatasetInfo(
            name="fashion_mnist",
            title="Fashion-MNIST",
            classes=_CLOTHES,
            image_shape=(28, 28, 1),
            num_train=60_000,
            num_test=10_000,
            input_style="photo",
            source="keras.datasets.fashion_mnist (Zalando Research, 2017)",
            licence="MIT",
            needs_download=True,
            summary="Ten kinds of clothes, grey on black, as large as MNIST and harder.",
        ),
        DatasetInfo(
            name="cifar10",
            title="CIFAR-10 photos",
            classes=_THINGS,
            image_shape=(32, 32, 3),
            num_train=50_000,
            num_test=10_000,
            input_style="photo",
            source="keras.datasets.cifar10 (Krizhevsky, 2009)",
            licence="none stated; cite the report",
            needs_download=True,
            summary="Sixty thousand tiny colour photos of ten things.",
        ),
        DatasetInfo(
            name="cats_vs_dogs",
            title="Cats and dogs",
            classes=("cat", "dog"),
            image_shape=(128, 128, 3),
            num_train=18_750,
            num_test=6_250,
            input_style="photo",
            source="Microsoft's Asirra photos, as used by Kaggle (Elson, Douceur, Howell and Saul, 2007)",
            licence="Microsoft Research Data License, for research",
            needs_download=True,
            summary="Photos of 12,500 cats and as many dogs, of all sizes: a quarter is for testing.",
            free_size=True,
        ),
        DatasetInfo(
            name="starter",
            title="Digits for the first net",
            classes=_DIGITS,
            image_shape=(28, 28, 1),
            num_train=3 * 1437 + 8000,
            num_test=360,
            input_style="digit",
            source=f"{_OPTDIGITS}; generated pen strokes",
            licence="CC BY 4.0",
            needs_download=False,
            summary="Real digits, the same bent a little, and digits written by a simulated pen; tested on real ones.",
            listed=False,
            test_part_of="digits",
        ),
    )
}


def served_images() -> dict[str, Path]:
    """List the folders and zips in the folder `CNNVIZ_IMAGES`.

    Returns
    -------
    dict
        Name -> path; empty if the variable is not set. Visitors choose by name and type no path, so nothing else of
        the server can be read.

    Raises
    ------
    InvalidDataset
        The folder cannot be listed.
    """
    folder = read_places("images").images
    if folder is None:
        return {}
    try:
        found = sorted(folder.iterdir())
    except OSError as error:
        raise InvalidDataset(
            f"CNNVIZ_IMAGES must name a folder of image folders and zips that the server can read. Received: {folder}, "
            f"{error.strerror}."
        ) from error
    return {
        path.name: path
        for path in found
        if not path.name.startswith(".") and (path.is_dir() or path.suffix.lower() == ".zip")
    }
