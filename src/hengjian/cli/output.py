"""What commands write that is no text: to the file named, or to stdout."""

import sys
from pathlib import Path

from hengjian.model.issue import Failure


def wrote_file(name: str | None, data: bytes) -> bool:
    """Whether there is a file to tell of: where none is named the bytes go to stdout. Failure where it cannot be
    written."""
    if name is None:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return False
    try:
        Path(name).write_bytes(data)
    except OSError as error:
        raise Failure(f"{name} cannot be written: {error.strerror}", "name a place that can be written to") from None
    return True
