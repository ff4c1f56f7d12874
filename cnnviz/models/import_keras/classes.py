"""The classes of Keras that are read, by name; what is not here is not shown, and nothing of it is ever made."""

from collections.abc import Callable

from cnnviz.architecture.spec.layers import Dropout, GlobalAvgPool, GlobalMaxPool, SpatialDropout
from cnnviz.models.foreign.steps import Value
from cnnviz.models.import_keras import layers, plain_layers, sizes
from cnnviz.models.import_keras.reading import Reading

_TRAINING_ONLY = (
    "GaussianNoise GaussianDropout AlphaDropout ActivityRegularization AugMix AutoContrast CutMix Equalization MixUp "
    "RandAugment RandomBrightness RandomColorDegeneration RandomColorJitter RandomContrast RandomCrop "
    "RandomElasticTransform RandomErasing RandomFlip RandomGaussianBlur RandomGrayscale RandomHeight RandomHue "
    "RandomInvert RandomPerspective RandomPosterization RandomRotation RandomSaturation RandomSharpness RandomShear "
    "RandomTranslation RandomWidth RandomZoom"
)
_CHANGES_ALWAYS = {"RandomCrop", "AutoContrast", "Equalization", "RandomHeight", "RandomWidth"}  # also when asked
TRAINING_ONLY = frozenset(_TRAINING_ONLY.split()) - _CHANGES_ALWAYS

CLASSES: dict[str, Callable[[Reading], Value]] = {
    "Conv2D": layers.conv,
    "Convolution2D": layers.conv,
    "DepthwiseConv2D": layers.depthwise_conv,
    "SeparableConv2D": layers.separable_conv,
    "Conv2DTranspose": layers.transposed_conv,
    "Dense": layers.dense,
    "BatchNormalization": layers.batch_norm,
    "BatchNormalizationV1": layers.batch_norm,
    "LayerNormalization": layers.layer_norm,
    "MaxPooling2D": layers.pooling("max"),
    "AveragePooling2D": layers.pooling("avg"),
    "GlobalAveragePooling2D": layers.global_pooling(GlobalAvgPool),
    "GlobalMaxPooling2D": layers.global_pooling(GlobalMaxPool),
    "Activation": plain_layers.activation,
    "ReLU": plain_layers.relu,
    "LeakyReLU": plain_layers.leaky_relu,
    "PReLU": plain_layers.prelu,
    "ELU": lambda read: plain_layers.activate(read, "elu", slope=read.settings.number("alpha", 1.0)),
    "Softmax": plain_layers.softmax,
    "Rescaling": plain_layers.rescaling,
    "Normalization": plain_layers.normalization,
    "LayerScale": plain_layers.layer_scale,
    "ZeroPadding2D": plain_layers.zero_padding,
    "Cropping2D": plain_layers.cropping,
    "CenterCrop": sizes.center_crop,
    "Resizing": sizes.resizing,
    "UpSampling2D": plain_layers.up_sampling,
    "Flatten": plain_layers.flatten,
    "Reshape": plain_layers.reshape_to,
    "Permute": plain_layers.permute,
    "Dropout": plain_layers.dropout(Dropout),
    "SpatialDropout2D": plain_layers.dropout(SpatialDropout),
    "Identity": plain_layers.identity,
    "Add": plain_layers.merging("add"),
    "Multiply": plain_layers.merging("multiply"),
    "Average": plain_layers.merging("average"),
    "Maximum": plain_layers.merging("maximum"),
    "Minimum": plain_layers.merging("minimum"),
    "Subtract": plain_layers.merging("subtract"),
    "Concatenate": plain_layers.merging("concat"),
}
"""Name of a class -> what reads a call of it."""

REASONS = {
    "Lambda": "A Lambda layer carries code of its own, which is never run here.",
    "ThresholdedReLU": "A ReLU with a threshold is not shown.",
    "LSTM": "Recurrent layers are not shown.",
    "GRU": "Recurrent layers are not shown.",
    "SimpleRNN": "Recurrent layers are not shown.",
    "InputLayer": "It is a second input; nets are shown with one picture.",
}
"""Name of a class -> why it is not shown."""
UNKNOWN = "This kind of layer is not known here, and nothing of it was loaded."
