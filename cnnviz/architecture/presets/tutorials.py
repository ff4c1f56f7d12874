"""The nets of the five tutorials; what a tutorial leaves open is decided here and said so in a comment."""

from cnnviz.architecture.presets.base import (
    CIFAR_SHAPE,
    MNIST_SHAPE,
    SOFTMAX_10,
    Preset,
    net,
    relu_conv,
    relu_dense,
)
from cnnviz.architecture.spec import Dense, Flatten, Layer, MaxPool
from cnnviz.text.units import PERCENT

# T1: the most common photo of its data is 500 wide and 375 high; a quarter of that, rounded
CATS_DOGS_QUARTER = (94, 125, 3)

_SIGMOID_1 = Dense(units=1, activation="sigmoid")
# T1 gives Adam, the mean squared error, 4,096 training photos, and of the learning rates it tuned only the MLP's
_T1_CONFIG = {"optimizer": "adam", "loss": "mse", "limit": 4096, "epochs": 10, "learning_rate": 3e-4}
# T5 compares its two nets with the settings of its course: Adam and the default batch of Keras
_T5_CONFIG = {"optimizer": "adam", "loss": "crossentropy", "batch_size": 32, "epochs": 5}


def _cats_dogs(
    name: str, *layers: Layer, title: str, summary: str, printed: str, measured: str, **config: float
) -> Preset:
    return Preset(
        name=name,
        title=title,
        summary=summary,
        tutorial="T1",
        dataset="cats_vs_dogs",
        architecture=net(name, CATS_DOGS_QUARTER, *layers, _SIGMOID_1),
        config={**_T1_CONFIG, **config},
        printed=printed,
        measured=f"{measured} ({_T1_PHOTOS}).",
    )


_T1_PHOTOS = "10 epochs on 1,282 photos, scored on 320 others"

# Hidden units of T1: 512 where the tutorial says so (and for the MLP, which it does not), else 128
T1 = (
    _cats_dogs(
        "mlp-cats-dogs",
        Flatten(),
        relu_dense(512),
        title="Cats and dogs without convolution",
        summary="18 million weights and no idea where a pixel is: the baseline that the convolutions have to beat.",
        printed="No better than guessing after 10 epochs.",
        measured=f"MSE 0.23, correlation 0.31, best accuracy 64{PERCENT}",
        learning_rate=1e-5,
    ),
    _cats_dogs(
        "conv24-cats-dogs",
        relu_conv(24),
        MaxPool(),
        Flatten(),
        relu_dense(128),
        relu_dense(128),
        title="Cats and dogs, one convolution",
        summary="One convolution of 24 kernels has half the weights of the dense net and already sees a little.",
        printed="Validation MSE 0.36, correlation of prediction and label 0.152.",
        measured=f"MSE 0.21, correlation 0.41, best accuracy 68{PERCENT}",
    ),
    _cats_dogs(
        "conv48x2-cats-dogs",
        relu_conv(48),
        MaxPool(),
        relu_conv(48),
        MaxPool(),
        Flatten(),
        relu_dense(128),
        relu_dense(128),
        title="Cats and dogs, two convolutions of 48",
        summary="A second convolution looks at combinations of edges and leaves fewer weights to the dense layers.",
        printed=f"Validation MSE 0.33, correlation 0.21, best accuracy over 10 thresholds 61{PERCENT}.",
        measured=f"MSE 0.21, correlation 0.48, best accuracy 73{PERCENT}",
    ),
    _cats_dogs(
        "conv128x2-cats-dogs",
        relu_conv(128),
        MaxPool(),
        relu_conv(128),
        MaxPool(),
        Flatten(),
        relu_dense(128),
        relu_dense(128),
        title="Cats and dogs, two convolutions of 128",
        summary="The same depth with more kernels: what width alone buys, and what it costs in time.",
        printed=f"Correlation 0.30, best accuracy 67{PERCENT}.",
        measured=f"MSE 0.24, correlation 0.37, best accuracy 66{PERCENT}",
    ),
    _cats_dogs(
        "conv64-128-cats-dogs",
        relu_conv(64),
        MaxPool(),
        relu_conv(128),
        MaxPool(),
        Flatten(),
        relu_dense(512),
        relu_dense(512),
        title="Cats and dogs, 64 then 128 kernels",
        summary="The tutorial's best, though not ours: few kernels near the pixels, more where shapes form.",
        printed=f"Correlation 0.42, best accuracy 75{PERCENT}.",
        measured=f"MSE 0.23, correlation 0.42, best accuracy 68{PERCENT}",
    ),
)

T2 = Preset(
    name="conv32-64-cifar10",
    title="CIFAR-10 in colour",
    summary="Ten kinds of tiny colour photos: here the training and validation curves part early.",
    tutorial="T2",
    dataset="cifar10",
    architecture=net(
        "conv32-64-cifar10",
        CIFAR_SHAPE,
        relu_conv(32),
        MaxPool(),
        relu_conv(64),
        MaxPool(),
        Flatten(),
        relu_dense(128),
        SOFTMAX_10,
    ),
    config={"optimizer": "adam", "loss": "crossentropy", "batch_size": 32, "epochs": 30},
    printed=f"Accuracy 67.09{PERCENT}, precision 76.55{PERCENT} where training and validation cross (epochs 3 and 2).",
    measured=f"Accuracy 70.03{PERCENT}, precision 76.5{PERCENT} after 7 epochs (on JPEG copies of the images).",
)

T3 = Preset(
    name="conv64x2-cats-dogs",
    title="Cats and dogs with augmentation",
    summary="Turned, shifted and mirrored copies stand in for the photos that one does not have.",
    tutorial="T3",
    dataset="cats_vs_dogs",
    architecture=net(
        "conv64x2-cats-dogs",
        (128, 128, 3),
        relu_conv(64),
        MaxPool(),
        relu_conv(64),
        MaxPool(),
        Flatten(),
        relu_dense(64),
        Dense(units=2, activation="softmax"),
    ),
    config={
        "optimizer": "rmsprop",
        "loss": "crossentropy",
        "batch_size": 15,
        "epochs": 3,
        "augment": {"flip": True, "rotation": 15, "shear": 0.1, "zoom": 0.2, "shift": 0.1},
    },
    printed="Validation accuracy 0.7091, 0.7591, 0.7505 after the three epochs.",
    measured="Validation accuracy 0.5125, 0.5000, 0.6050 after the three epochs, on only 1,202 photos.",
)

T4 = Preset(
    name="conv32-64-128-mnist",
    title="MNIST in two epochs",
    summary="Three convolutions shrink 28 × 28 to 3 × 3 and read 99 of 100 digits after two epochs.",
    tutorial="T4",
    dataset="mnist",
    architecture=net(
        "conv32-64-128-mnist",
        MNIST_SHAPE,
        relu_conv(32),
        MaxPool(),
        relu_conv(64),
        MaxPool(),
        relu_conv(128),
        Flatten(),
        SOFTMAX_10,
    ),
    config={"optimizer": "rmsprop", "loss": "crossentropy", "batch_size": 64, "epochs": 2},
    printed="Validation accuracy 0.9858, 0.9909; 53 s and 58 s an epoch.",
    measured="Validation accuracy 0.9872, 0.9907; 14 s an epoch on two cores.",
)

T5 = (
    Preset(
        name="dense-fashion",
        title="Fashion without convolution",
        summary="Every pixel is an input of its own: the yardstick for what convolutions add.",
        tutorial="T5",
        dataset="fashion_mnist",
        architecture=net("dense-fashion", MNIST_SHAPE, Flatten(), relu_dense(128), SOFTMAX_10),
        config=_T5_CONFIG,
        printed="Loss about 0.34 after 5 epochs.",
        measured=f"Loss 0.29 on the training images, 0.38 on the test images, 86.5{PERCENT} of them right.",
    ),
    Preset(
        name="conv64x2-fashion",
        title="Fashion, the journey of an image",
        summary="28 becomes 26, 13, 11, 5: follow three shoes through the net and see what they share.",
        tutorial="T5",
        dataset="fashion_mnist",
        architecture=net(
            "conv64x2-fashion",
            MNIST_SHAPE,
            relu_conv(64),
            MaxPool(),
            relu_conv(64),
            MaxPool(),
            Flatten(),
            relu_dense(128),
            SOFTMAX_10,
        ),
        config=_T5_CONFIG,
        printed="Loss about 0.25 after 5 epochs.",
        measured=f"Loss 0.18 on the training images, 0.30 on the test images, 90.2{PERCENT} of them right.",
    ),
    Preset(
        name="conv64-mnist",
        title="MNIST until it is good enough",
        summary=f"An exercise: one convolution, and a training that stops at 99.8{PERCENT} training accuracy.",
        tutorial="T5",
        dataset="mnist",
        architecture=net("conv64-mnist", MNIST_SHAPE, relu_conv(64), MaxPool(), Flatten(), relu_dense(256), SOFTMAX_10),
        config={**_T5_CONFIG, "epochs": 20, "target_accuracy": 0.998},
        printed=f"99.8{PERCENT} training accuracy reached after 7 epochs.",
        measured=f"99.8{PERCENT} reached after 8 epochs; 98.8{PERCENT} of the test images right.",
    ),
)

TUTORIALS: tuple[Preset, ...] = (*T1, T2, T3, T4, *T5)
