"""What can be said of a data set before a net sees it: balance, sizes, copies."""
