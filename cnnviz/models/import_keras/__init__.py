"""Files of Keras read as data: `.keras`, whole-model `.h5`, and weights with our JSON. Keras itself is never asked."""
