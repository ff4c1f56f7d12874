"""Images with labels: embedded, generated, downloaded by Keras, or read from a folder or a zip.

Importing `registry` is light (NumPy only), because the pages list the data sets. What is heavy (Keras,
scikit-learn, scikit-image, OpenCV) is imported by the function that loads a set.
"""
