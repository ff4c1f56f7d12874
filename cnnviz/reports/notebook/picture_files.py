"""The cells that read the pictures of a folder or zip, each as this program reads it, split as in the run."""

import base64
import json
import zlib
from textwrap import wrap

from cnnviz.datasets.catalogue import DATASETS
from cnnviz.datasets.sources.folder import OVERSIZE
from cnnviz.datasets.sources.keras_downloads import CATS_DOGS_FILE, CATS_DOGS_ORIGIN, CATS_DOGS_SHA256
from cnnviz.reports.notebook.cells import Cell, code, words
from cnnviz.reports.notebook.recipe import FREE_SIZE, Recipe
from cnnviz.reports.notebook.sources import photo_code

LINE = 100  # letters of a line of packed names


def file_cells(recipe: Recipe) -> list[Cell]:
    """Write the cells after which there are `x_train`, `y_train` and so on, those of `val` where that is a part."""
    return [
        *_where(recipe.config.dataset),
        words(
            "The names of the pictures of each part, packed, with the position of their class: the split of the run."
        ),
        code(_packed(recipe)),
        words("A picture is turned upright, and its middle is scaled to the size that the run has read it in."),
        code(f"import cv2\n\n\n{photo_code()}"),
        code(_READ.format(shape=shape_read(recipe), oversize=OVERSIZE)),
        code(
            """
            x_train, y_train = read_part("train")
            x_test, y_test = read_part("test")
            """
            + ('x_val, y_val = read_part("validation")' if "validation" in recipe.files else "")
        ),
    ]


_READ = """
import io
from pathlib import Path
from zipfile import ZipFile

from PIL import Image, ImageOps

SHAPE = {shape}  # height, width, channels


def read_picture(data):
    picture = Image.open(io.BytesIO(data))
    scale = min(1, {oversize} * max(SHAPE[:2]) / max(picture.size))
    size = tuple(max(1, round(side * scale)) for side in picture.size)
    if size != picture.size:
        picture.draft(None, size)  # a JPEG is decoded smaller, which is faster
    turned = picture.getexif().get(0x0112, 1)
    picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    if size != picture.size:
        picture = picture.resize(size, Image.Resampling.BOX)
    picture.getexif()[0x0112] = turned
    return prepare_photo(np.array(ImageOps.exif_transpose(picture)), SHAPE)


def require_all(files, there):
    missing = sorted({{name for name, _ in files}} - set(there))
    said = f"{{len(missing)}} of {{len(files)}} pictures are not in {{IMAGES}}, such as {{missing[:1]}}."
    assert not missing, f"{{said}} Fill in the folder or zip that the run was trained on."


def read_part(part):
    files = FILES[part]
    if Path(IMAGES).is_dir():
        require_all(files, [name for name, _ in files if (Path(IMAGES) / name).is_file()])
        images = [read_picture((Path(IMAGES) / name).read_bytes()) for name, _ in files]
    else:
        with ZipFile(IMAGES) as archive:
            require_all(files, archive.namelist())
            images = [read_picture(archive.read(name)) for name, _ in files]
    return np.stack(images), np.array([label for _, label in files])
"""


def shape_read(recipe: Recipe) -> tuple[int, int, int]:
    """Form (height, width, channels) in which the images come, before they are brought into the net's."""
    images = recipe.config.images
    if not recipe.is_read_from_files:
        return DATASETS[recipe.config.dataset].image_shape
    height, width = images.size or recipe.architecture.input_shape[:2]
    return height, width, images.channels


def _where(dataset: str) -> list[Cell]:
    if dataset == FREE_SIZE:
        return [
            words("The photos come as a zip of 0.8 GB, which is fetched once."),
            code(
                f"""
                IMAGES = keras.utils.get_file(
                    "{CATS_DOGS_FILE}",
                    "{CATS_DOGS_ORIGIN}",
                    file_hash="{CATS_DOGS_SHA256}",
                )
                """
            ),
        ]
    return [
        words("**Fill in** where the folder or zip of the images lies on your machine."),
        code(
            """
            from pathlib import Path

            IMAGES = "images.zip"  # path of the folder or zip
            assert Path(IMAGES).exists(), (
                f"There are no images at {Path(IMAGES).resolve()}. Write above where the folder or zip of the run lies."
            )
            """
        ),
    ]


def _packed(recipe: Recipe) -> str:
    content = json.dumps(recipe.files, ensure_ascii=True).encode()
    lines = wrap(base64.b64encode(zlib.compress(content, 9)).decode(), LINE)
    quoted = "\n".join(f'    "{line}"' for line in lines)
    return (
        f"import base64\nimport json\nimport zlib\n\nPACKED = (\n{quoted}\n)\n"
        "FILES = json.loads(zlib.decompress(base64.b64decode(PACKED)))"
    )
