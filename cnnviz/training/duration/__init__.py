"""How long a training will take. Pure: SciPy where it fits, inside the function."""
