"""What happens inside a net: the activations of every layer for one image, and its kernels.

Purity: imports Keras, so only a worker imports it. Returns raw signed arrays; colour happens in `cnnviz.plots`.
"""
