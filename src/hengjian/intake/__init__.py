"""Importers: from the bytes of a filed table to rows, or to every fault in them at once."""
