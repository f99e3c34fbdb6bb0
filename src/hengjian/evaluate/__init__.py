"""Checked formulas over panels: the kernels, their missing values, explanations and digests."""
