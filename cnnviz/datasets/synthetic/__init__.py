"""Generated images: coloured shapes and handwritten-looking digits, from a seed.

Drawn with OpenCV's lines and polygons right here, outside of `imaging` and `kernel_lab`: its drawing functions have no
other user, so wrappers of them in `imaging` would only add a layer.
"""
