"""Where a server listens: what is said when it cannot."""

import pytest

from hengjian.app.serve import doorway
from hengjian.model.issue import Failure


def test_an_address_that_is_another_machines() -> None:
    with pytest.raises(Failure) as caught:
        doorway(0, "192.0.2.1")  # RFC 5737: an address of documents, nobody's
    assert str(caught.value).startswith("this machine has no address '192.0.2.1' to listen at")


def test_a_port_that_somebody_has() -> None:
    with doorway(0) as first, pytest.raises(Failure) as caught:
        doorway(first.getsockname()[1])
    assert "cannot be had: " in str(caught.value)
