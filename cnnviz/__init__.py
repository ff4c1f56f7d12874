"""cnnviz: see, touch and take apart convolutional neural networks."""

__version__ = "0.1.0"
