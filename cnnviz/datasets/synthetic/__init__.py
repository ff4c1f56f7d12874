"""Images that are drawn here: shapes and handwritten-looking digits. NumPy only."""
