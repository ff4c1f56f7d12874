"""Statistics of a data set before a net is trained on it: class balance, image sizes, duplicates."""
