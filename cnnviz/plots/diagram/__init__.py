"""A net as an SVG drawing. Pure text: no plotly here."""
