"""How good a net is: confusion, scores per class, thresholds.

Purity: arrays in, plain data out. `predict` alone imports Keras; the rest needs NumPy and scikit-learn only.
"""
