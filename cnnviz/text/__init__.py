"""Numbers and explanations as people read them. Standard library only."""
