"""Where runs are kept: SQLAlchemy tables and a folder of artefacts. Imports no streamlit, dask or keras."""
