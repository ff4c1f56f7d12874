"""Pixels that are shown as numbers elsewhere are shown as they are."""

import base64

import numpy as np
from streamlit.testing.v1 import AppTest

from cnnviz.imaging.decode import decode_image
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
    seen = [decode_image(base64.b64decode(image.url.removeprefix("data:image/png;base64,"))).image for image in sent]
    noise = np.random.default_rng(3).integers(0, 256, (8, 8, 3)).astype(np.uint8)
    np.testing.assert_array_equal(seen[0][::2, ::2], noise)  # each pixel as 2 × 2
    np.testing.assert_array_equal(seen[1][::8, ::8], noise[:, :, :1].repeat(3, axis=2))
    assert sent[0].caption == "noise"
    assert sent[0].alt == "Noise"
