"""How good a net is: confusion, scores per class, curves, thresholds, calibration, mistakes.

Purity: arrays in, plain data out. `predict` alone imports Keras; the rest needs NumPy and SciPy only.
"""
