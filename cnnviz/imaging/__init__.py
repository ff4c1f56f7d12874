"""Pictures as arrays: decoding, sample photos, kernels, convolution, and the steps a drawing goes through.

Pure: NumPy, Pillow and OpenCV (the only place that imports cv2); arrays in, arrays out, no Keras, no Streamlit.
An image is HWC uint8 RGB, a map is HW float32 and signed. Import from the submodules.
"""
