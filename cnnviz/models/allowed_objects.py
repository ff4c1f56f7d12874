"""What a foreign .keras file may name: the objects that are known neither to run code of the file nor to read files.

Keras makes an object of everything that a file's config.json describes, by the module and the class that stand there.
An allow list, because each version of Keras brings new layers, and only some are harmless. Not on it are above all
Lambda and the wrappers of other frameworks (they carry code), TFSMLayer, StringLookup, IntegerLookup and
TextVectorization (they open files named in their settings), ContrastLimitedAdaptiveHistogramEqualization (it holds 256
values for each value of a picture, and more at will), layers for text and sound, and all classes of others.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

_SIDES = ("1D", "2D", "3D")
_BY_SIDE = (
    "AdaptiveAveragePooling AdaptiveMaxPooling AveragePooling MaxPooling GlobalAveragePooling GlobalMaxPooling "
    "Conv ConvLSTM Cropping SpatialDropout UpSampling ZeroPadding"
)
_LAYERS = (
    "InputLayer Dense EinsumDense Embedding Identity Masking "
    "Conv1DTranspose Conv2DTranspose Conv3DTranspose DepthwiseConv1D DepthwiseConv2D SeparableConv1D SeparableConv2D "
    "BatchNormalization GroupNormalization LayerNormalization RMSNormalization SpectralNormalization UnitNormalization "
    "Activation ELU LeakyReLU PReLU ReLU Softmax "
    "Add Average Concatenate Dot Maximum Minimum Multiply Subtract "
    "ActivityRegularization AlphaDropout Dropout GaussianDropout GaussianNoise "
    "Flatten Permute RepeatVector Reshape "
    "AdditiveAttention Attention GroupQueryAttention MultiHeadAttention "
    "Bidirectional GRU GRUCell LSTM LSTMCell RNN SimpleRNN SimpleRNNCell StackedRNNCells TimeDistributed "
    "CategoryEncoding CenterCrop Discretization Normalization Rescaling Resizing Solarization "
    "AugMix AutoContrast CutMix Equalization MixUp Pipeline RandAugment "
    "RandomBrightness RandomColorDegeneration RandomColorJitter RandomContrast RandomCrop RandomElasticTransform "
    "RandomErasing RandomFlip RandomGaussianBlur RandomGrayscale RandomHue RandomInvert RandomPerspective "
    "RandomPosterization RandomRotation RandomSaturation RandomSharpness RandomShear RandomTranslation RandomZoom"
)
_LOSSES = (
    "BinaryCrossentropy BinaryFocalCrossentropy CategoricalCrossentropy CategoricalFocalCrossentropy "
    "CategoricalGeneralizedCrossEntropy CategoricalHinge Circle CosineSimilarity Dice Hinge Huber KLDivergence LogCosh "
    "MeanAbsoluteError MeanAbsolutePercentageError MeanSquaredError MeanSquaredLogarithmicError Poisson "
    "SparseCategoricalCrossentropy SquaredHinge Tversky"
)
_METRICS = (
    "AUC Accuracy BinaryAccuracy BinaryCrossentropy BinaryIoU CategoricalAccuracy CategoricalCrossentropy "
    "CategoricalHinge ConcordanceCorrelation CosineSimilarity F1Score FBetaScore FalseNegatives FalsePositives Hinge "
    "IoU KLDivergence LogCoshError Mean MeanAbsoluteError MeanAbsolutePercentageError MeanIoU MeanMetricWrapper "
    "MeanSquaredError MeanSquaredLogarithmicError OneHotIoU OneHotMeanIoU PearsonCorrelation Poisson Precision "
    "PrecisionAtRecall R2Score Recall RecallAtPrecision RootMeanSquaredError SensitivityAtSpecificity "
    "SparseCategoricalAccuracy SparseCategoricalCrossentropy SparseTopKCategoricalAccuracy SpecificityAtSensitivity "
    "SquaredHinge Sum TopKCategoricalAccuracy TrueNegatives TruePositives"
)
_ARITHMETIC = (
    "Absolute Add Amax Amin Clip Concatenate Divide Exp ExpandDims Flip GetItem Log Matmul Max Maximum Mean Min "
    "Minimum Moveaxis Multiply Negative Pad Power Reshape Sqrt Square Squeeze Stack Subtract Sum Tanh Transpose "
    "TrueDivide"
)
_NN = (
    "AveragePool BatchNorm Conv ConvTranspose DepthwiseConv Elu Gelu HardSigmoid HardSilu LeakyRelu LogSoftmax MaxPool "
    "Relu Relu6 Selu SeparableConv Sigmoid Silu Softmax Softplus Softsign"
)

_INITIALIZERS = (
    "Constant GlorotNormal GlorotUniform HeNormal HeUniform Identity LecunNormal LecunUniform Ones Orthogonal "
    "RandomNormal RandomUniform TruncatedNormal VarianceScaling Zeros"
)
_OPTIMIZERS = (
    "Adadelta Adafactor Adagrad Adam AdamW Adamax Ftrl Lamb Lion LossScaleOptimizer Muon Nadam RMSprop SGD "
    "ScheduleFreeAdamW"
)
_SCHEDULES = "CosineDecay CosineDecayRestarts ExponentialDecay InverseTimeDecay PiecewiseConstantDecay PolynomialDecay"
_FUNCTIONS = (
    "binary_accuracy binary_crossentropy binary_focal_crossentropy categorical_accuracy categorical_crossentropy "
    "categorical_focal_crossentropy categorical_hinge cosine_similarity elu gelu hard_sigmoid hard_silu hinge huber "
    "kl_divergence leaky_relu linear log_cosh log_softmax mean_absolute_error mean_squared_error relu relu6 selu "
    "sigmoid silu softmax softplus softsign sparse_categorical_accuracy sparse_categorical_crossentropy "
    "sparse_top_k_categorical_accuracy squared_hinge tanh top_k_categorical_accuracy"
)

# Module, as Keras writes it -> classes.
ALLOWED_CLASSES = {
    "keras": frozenset({"DTypePolicy", "Functional", "Sequential"}),
    "keras.src.models.functional": frozenset({"Functional"}),
    "keras.src.models.sequential": frozenset({"Sequential"}),
    "keras.dtype_policies": frozenset({"DTypePolicy", "DTypePolicyMap", "FloatDTypePolicy"}),
    "keras.layers": frozenset([*_LAYERS.split(), *(name + side for name in _BY_SIDE.split() for side in _SIDES)]),
    "keras.initializers": frozenset(_INITIALIZERS.split()),
    "keras.regularizers": frozenset({"L1", "L1L2", "L2", "OrthogonalRegularizer"}),
    "keras.constraints": frozenset({"MaxNorm", "MinMaxNorm", "NonNeg", "UnitNorm"}),
    "keras.random": frozenset({"SeedGenerator"}),
    "keras.losses": frozenset(_LOSSES.split()),
    "keras.metrics": frozenset(_METRICS.split()),
    "keras.optimizers": frozenset(_OPTIMIZERS.split()),
    "keras.optimizers.schedules": frozenset(_SCHEDULES.split()),
    "keras.src.ops.numpy": frozenset(_ARITHMETIC.split()),  # of nets written with `keras.ops`
    "keras.src.ops.nn": frozenset(_NN.split()),
}
OWN_CLASSES = frozenset(
    ("cnnviz.models.metrics", name, f"cnnviz>{name}") for name in ("Correlation", "MacroPrecision", "MacroRecall")
)
"""Module, class and registered name of what this product saves with its models."""
OWN_FUNCTIONS = frozenset({"cnnviz>sparse_mean_squared_error", "cnnviz>normalised_crossentropy"})
ALLOWED_FUNCTIONS = OWN_FUNCTIONS.union(_FUNCTIONS.split())
PLAIN_VALUES = frozenset({"__keras_tensor__", "__tensor__", "__numpy__", "__bytes__", "__ellipsis__", "__slice__"})
"""What Keras writes for values that JSON has no form for."""


class ForeignObject(NamedTuple):
    """An object of a config that is not on the list: the name that it bears in the net, and what would be made."""

    name: str
    module: Any
    class_name: Any
    registered_name: Any


def first_foreign_object(config: Any) -> ForeignObject | None:
    """Find an object that is not on the list in a model's config (parsed JSON), without making anything of it."""
    return next((_foreign(node) for node in _objects(config) if not _is_allowed(node)), None)


def _objects(config: Any) -> Iterator[dict[str, Any]]:
    """Walk all the objects that a Keras config describes, without recursion: its depth is the file's choice."""
    waiting = [config]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            if "class_name" in node:
                yield node
            waiting.extend(reversed(node.values()))
        elif isinstance(node, list):
            waiting.extend(reversed(node))


def _is_allowed(node: dict[str, Any]) -> bool:
    module, class_name, registered_name = (node.get(key) for key in ("module", "class_name", "registered_name"))
    if not all(isinstance(value, str | None) for value in (module, class_name, registered_name)):
        return False
    if class_name in PLAIN_VALUES:
        return module is None and registered_name is None
    if class_name == "function":
        is_keras = module == "builtins" or module in ALLOWED_CLASSES
        function = node.get("config")
        known = isinstance(function, str) and function in ALLOWED_FUNCTIONS
        return is_keras and known and registered_name in (None, "function", function)
    if (module, class_name, registered_name) in OWN_CLASSES:
        return True
    return class_name in ALLOWED_CLASSES.get(module or "", ()) and registered_name in (None, class_name)


def _foreign(node: dict[str, Any]) -> ForeignObject:
    config = node.get("config")
    inner = config.get("name") if isinstance(config, dict) else config
    name = next((each for each in (node.get("name"), inner, node["class_name"]) if isinstance(each, str)), "?")
    return ForeignObject(name[:80], node.get("module"), node["class_name"], node.get("registered_name"))
