"""Controls by which images, data sets and runs are chosen."""
