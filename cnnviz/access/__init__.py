"""Who visits, what belongs to whom, and who may do what with it. Pure: standard library only."""
