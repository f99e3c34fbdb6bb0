"""One digest of all values, so that two evaluations can be seen to be the same, bit for bit."""

import hashlib

import numpy as np

from hengjian.evaluate.evaluate import Results
from hengjian.evaluate.missing import PRESENT


def _text(*words: str) -> bytes:
    """Each word as its length in bytes (4, big-endian) and its UTF-8."""
    encoded = [word.encode() for word in words]
    return b"".join(len(word).to_bytes(4, "big") + word for word in encoded)


def digest(results: Results) -> str:
    """SHA-256, in hex, of every cell: its formula, entity and period, and either its value's exact bits or its reason.

    Hashed are: the number of periods (4 bytes, big-endian) and their texts; the number of entities and their ids,
    ascending by UTF-8; then for each formula, ascending by UTF-8, its name, and for each entity in that order, each
    period: nine bytes, the reason's code and the value as big-endian binary64 (eight zero bytes where missing).
    A text is its length (4 bytes) and its UTF-8. So the order of the panel's entities and of the names plays no part.
    """
    order = sorted(range(len(results.entities)), key=lambda place: results.entities[place].encode())
    state = hashlib.sha256()
    state.update(len(results.periods).to_bytes(4, "big") + _text(*(str(period) for period in results.periods)))
    state.update(len(order).to_bytes(4, "big") + _text(*(results.entities[place] for place in order)))
    for name in sorted(results.columns, key=str.encode):
        column = results.columns[name]
        cells = np.zeros((len(order), len(results.periods)), dtype=np.dtype([("reason", "u1"), ("value", ">f8")]))
        reasons = column.reasons[:, order].T
        cells["reason"] = reasons
        cells["value"] = np.where(reasons == PRESENT, column.values[:, order].T, 0.0)
        state.update(_text(name) + cells.tobytes())
    return state.hexdigest()
