"""What a visitor's session holds."""
