"""Proof bundles and their stand-alone verification."""
