"""Images of one's own, from an upload to a trained net; what is wrong with them is said."""

import zipfile
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Page, expect

from tests.e2e.conftest import NETS_PATIENCE
from tests.e2e.steps import choose


def _picture(number: int, *, bright: bool) -> bytes:
    noise = np.random.default_rng(number).integers(0, 60, (20, 30, 3), dtype=np.uint8)
    file = BytesIO()
    Image.fromarray(noise + np.uint8(180 if bright else 0)).save(file, "PNG")
    return file.getvalue()


def _zip(path: Path, extra: dict[str, bytes]) -> Path:
    """Twelve pictures of day and of night, and what else is given."""
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(12):
            archive.writestr(f"photos/day/{number}.png", _picture(number, bright=True))
            archive.writestr(f"photos/night/{number}.png", _picture(number, bright=False))
        for name, data in extra.items():
            archive.writestr(name, data)
    return path


def _upload_zip(page: Page, path: Path) -> None:
    page.locator('input[type="file"]').first.set_input_files(path)
    page.get_by_role("button", name="Use these images").first.click()


def test_own_images_are_checked_shown_and_trained_on(page: Page, app_url: str, tmp_path: Path) -> None:
    page.goto(f"{app_url}/images")
    choose(page, "Images", "My own images")
    expect(page.get_by_text("Upload a zip with a folder for each class")).to_be_visible()

    _upload_zip(page, _zip(tmp_path / "dangerous.zip", {"../../evil.png": _picture(0, bright=True)}))
    refused = page.get_by_text("This zip names a file outside of itself")
    expect(refused).to_be_visible()
    assert refused.inner_text().count("\n") == 0

    page.get_by_role("tab", name="Files for each class").click()
    for number, name in ((1, "day"), (2, "night")):
        files = [
            {"name": f"{i}.png", "mimeType": "image/png", "buffer": _picture(i, bright=name == "day")} for i in range(3)
        ]
        uploader = page.get_by_test_id("stFileUploader").nth(number)
        uploader.locator("input").set_input_files(files)
        expect(uploader.get_by_text("2.png")).to_be_visible()
    for number, name in ((1, "day"), (2, "night")):
        field = page.get_by_role("textbox", name=f"Name of class {number}")
        field.fill(name)
        field.press("Enter")
    page.get_by_role("tabpanel").get_by_role("button", name="Use these images").click()
    expect(page.get_by_text("6 pictures of 2 classes. They are: day, night.")).to_be_visible()
    expect(page.get_by_alt_text("A training image: night").first).to_be_visible(timeout=NETS_PATIENCE)

    page.get_by_text("Use other images").click()
    _upload_zip(page, _zip(tmp_path / "photos.zip", {"photos/day/broken.jpg": b"no picture", "photos/notes.txt": b"x"}))
    expect(page.get_by_text("24 pictures of 2 classes. They are: day, night.")).to_be_visible()
    expect(page.get_by_text("Notes on how the images were read")).to_be_visible(timeout=NETS_PATIENCE)

    page.get_by_role("link", name="Train a net on these images").click()
    expect(page.get_by_text("24 pictures of 2 classes. They are: day, night.")).to_be_visible()
    expect(page.get_by_text("tells 2 classes apart here")).to_be_visible()
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.get_by_text("test images right").first).to_be_visible(timeout=NETS_PATIENCE)
    page.get_by_text("Notes on how the images were read").click()
    expect(page.get_by_text("photos/day/broken.jpg").filter(visible=True).first).to_be_visible()
    expect(page.get_by_text("digits-small on photos.zip")).to_be_visible()
