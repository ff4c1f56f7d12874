"""A net as text for elsewhere: Keras and PyTorch code, a link. Pure."""
