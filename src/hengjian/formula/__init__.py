"""Formulas: text to tokens to a tree to a checked tree. No I/O; imports only the records of `model`."""
