"""Formulas that look through ownership, evaluated by two workers: the same digest as here."""

import pytest
import through_pack
from kit import Space
from tiny_pack import write_pack
from workers import at_work

pytest.importorskip("distributed", reason="dask.distributed is not installed: pip install 'hengjian[cluster]'")

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(300)]


def test_the_same_digest(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("through")
    space = Space.at(folder, write_pack(folder / "through", through_pack.FILES))
    space.enter(through_pack.ENTITIES, "entities.csv", form="entities")
    space.enter(through_pack.LINKS, "links.csv", form="links")
    space.enter(through_pack.FIGURES, "figures.csv")
    here = space.run("evaluate").done().json
    assert here["values"] > 50
    with at_work(2) as two:
        assert space.run("evaluate", engine=two.engine).done().json == here
