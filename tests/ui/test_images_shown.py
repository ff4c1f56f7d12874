"""Pixels that are shown as numbers elsewhere are shown as they are."""

from streamlit.testing.v1 import AppTest

from tests.helpers import SECONDS


def _draw() -> None:
    import numpy as np

    from cnnviz.ui.shared.elements import show_image

    noise = np.random.default_rng(3).integers(0, 256, (8, 8, 3)).astype(np.uint8)
    show_image(noise, width=8, caption="noise", alt="Noise")
    show_image(noise[:, :, :1], width=32)


def test_images_are_sent_without_loss_and_with_words() -> None:
    page = AppTest.from_function(_draw).run(timeout=SECONDS)
    assert not page.exception
    sent = [image for part in page.get("image") for image in part.proto.imgs]
    assert len(sent) == 2
    assert all(image.url.endswith(".png") for image in sent)
    assert sent[0].caption == "noise"
    assert sent[0].alt == "Noise"
