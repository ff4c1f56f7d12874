"""Nets made elsewhere: what a reader of a file format follows step by step becomes our spec and a net's file.

Pure: numpy and h5py only, never Keras. Nothing that a file describes is made or called; it is read as data.
"""
