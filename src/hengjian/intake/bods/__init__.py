"""Ownership in the Beneficial Ownership Data Standard (BODS), version 0.4: read, checked, and written.

A file is a series of statements about records: of entities, of persons, and of relationships between two of those.
"""
