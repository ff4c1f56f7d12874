"""The data sets by name, and the one way to load any of them."""

from collections import OrderedDict, defaultdict
from collections.abc import Callable
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from threading import Lock
from typing import Any

from cnnviz.datasets.dataset import Dataset, DatasetInfo, Progress
from cnnviz.errors import UnknownName

KEPT_SETS = 3  # loaded sets kept in memory; CIFAR-10 takes 184 MB
KEPT_DESCRIPTIONS = 64
KEPT_BYTES = 2**30  # of all of them together, but for the last one: large photos take more

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
            summary="Real digits by 13 people, stored as 8x8 and enlarged to the look of MNIST. Always there.",
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

_LOADERS = {
    "digits": "sources.builtin.load_digits",
    "shapes": "sources.builtin.load_shapes",
    "faces": "sources.builtin.load_faces",
    "starter": "sources.builtin.load_starter",
    "mnist": "sources.keras_downloads.load_remote",
    "fashion_mnist": "sources.keras_downloads.load_remote",
    "cifar10": "sources.keras_downloads.load_remote",
    "cats_vs_dogs": "sources.cats_dogs.load_cats_vs_dogs",
}

_loaded: OrderedDict[tuple, Dataset] = OrderedDict()
_locks: defaultdict[tuple, Lock] = defaultdict(Lock)  # one for each set: a slow download holds up nothing else
_guard = Lock()


def describe(name: str, **options: Any) -> DatasetInfo:
    """What is known of a registered set, or of a folder or zip of images, without loading it.

    `options` as in `load_dataset`; they count for folders and zips.
    Raises UnknownName when there is neither such a set nor such a file, InvalidDataset when the file is unusable.
    """
    if name in DATASETS:
        return DATASETS[name]
    return _describe_path(name, modified(name), tuple(sorted(options.items())))


@lru_cache(maxsize=KEPT_DESCRIPTIONS)
def _describe_path(name: str, _modified: int, options: tuple[tuple[str, Any], ...]) -> DatasetInfo:
    """Only once for a page that is redrawn at each move: a zip may hold tens of thousands of names."""
    from cnnviz.datasets.sources.folder import describe_images

    return describe_images(name, **dict(options))


def load_dataset(name: str, *, progress: Progress | None = None, **options: Any) -> Dataset:
    """Load a data set; the last few stay in memory, and two threads never load the same one twice.

    Parameters
    ----------
    name : str
        A registered name, or the path of a folder or zip of images.
    progress : callable, optional
        Called with a text and the share done, 0 to 1.
    options
        image_size, channels, test_share, limit, limit_per_class: see `folder.load_images`. They count for folders,
        zips, and sets of free size; other registered sets come whole, in their own size.

    Raises
    ------
    UnknownName
        If there is neither such a set nor such a file.
    DatasetUnavailable
        If it could not be downloaded.
    InvalidDataset
        If a folder or zip holds no usable images.
    """
    key = tuple(sorted(options.items()))
    if name in DATASETS:
        info = DATASETS[name]
        if info.free_size:
            return _cached((name, *key), lambda: _load_registered(info, progress, **options))
        return _cached((name,), lambda: _load_registered(info, progress))
    path = _require_path(name)
    from cnnviz.datasets.sources.folder import load_images

    key = (str(path.resolve()), path.stat().st_mtime_ns, *key)
    return _cached(key, lambda: load_images(path, progress=progress, **options))


def modified(name: str) -> int:
    """When the folder or zip of that path was changed, in nanoseconds; 0 for registered sets. Raises UnknownName."""
    return 0 if name in DATASETS else _require_path(name).stat().st_mtime_ns


def picture_files(name: str) -> Path:
    """The folder or zip that a set of free size is read from, fetched if need be.

    Raises UnknownName or DatasetUnavailable.
    """
    if name not in DATASETS:
        return _require_path(name)
    from cnnviz.datasets.sources.cats_dogs import archive

    return archive(DATASETS[name].title, _silent)


def _require_path(name: str) -> Path:
    path = Path(name).expanduser()
    if not path.exists():
        listed = sorted(name for name, info in DATASETS.items() if info.listed)
        raise UnknownName(
            f"There is no data set or path {name!r}. Use one of {', '.join(listed)}, or the path of a folder or "
            f"zip of images. Received: {name!r}."
        )
    return path


def _load_registered(info: DatasetInfo, progress: Progress | None, **options: Any) -> Dataset:
    module, function = _LOADERS[info.name].rsplit(".", 1)
    load = getattr(import_module(f"cnnviz.datasets.{module}"), function)
    return load(info, progress or _silent, **options)


def _cached(key: tuple, load: Callable[[], Dataset]) -> Dataset:
    with _guard:
        lock = _locks[key]
    with lock:
        with _guard:
            if key in _loaded:
                _loaded.move_to_end(key)
                return _loaded[key]
        data = load()
        with _guard:
            _loaded[key] = data
            while len(_loaded) > KEPT_SETS or (len(_loaded) > 1 and _kept_bytes() > KEPT_BYTES):
                _loaded.popitem(last=False)
        return data


def _kept_bytes() -> int:
    return sum(data.x_train.nbytes + data.x_test.nbytes for data in _loaded.values())


def _silent(text: str, share: float) -> None:
    """Progress that nobody wants to see."""
