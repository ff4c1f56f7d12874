"""Pictures as arrays: decoding, sample photos, and the steps from a drawing or photo to a net's input.

Pure: NumPy, Pillow and OpenCV; arrays in, arrays out, no Keras, no Streamlit. An image is HWC uint8 RGB.
Import from the submodules.
"""
