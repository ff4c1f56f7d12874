"""What runs on a worker. Light at import: the server names these functions, a worker runs them."""
