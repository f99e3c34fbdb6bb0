"""Scores that are learned from what was filed: the recipe, what was fitted as plain data, and how it scores.

A fitted score is JSON: numbers, tables and LightGBM's own text. Reading one runs no code, and checks its shape first.
"""
