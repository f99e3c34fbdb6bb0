"""The form `entities`."""

from datetime import date

HEAD = "entity,type,name"


def test_a_row_states_an_entity_and_its_attributes(desk) -> None:
    (row,) = desk.rows(
        f'{HEAD},valid_from,industry,capital,founded\nE7,enterprise,北方电力,2020-01-01,power,"1,200 %",1998-05-01\n',
        "entities",
    )
    assert row.record() == {
        "entity": "E7", "type": "enterprise", "name": "北方电力", "valid_from": "2020-01-01",
        "attributes": {"capital": "12", "founded": "1998-05-01", "industry": "power"},
        "file": "a.csv", "sheet": None, "cell": "A2",
    }  # fmt: skip


def test_empty_cells_state_nothing(desk) -> None:
    (row,) = desk.rows(f"{HEAD},valid_from,industry\nE7,enterprise,甲,,\n", "entities")
    assert (row.valid_from, row.attributes) == (None, ())


def test_an_entity_may_change_on_several_days(desk) -> None:
    content = f"{HEAD},valid_from,industry\nE7,enterprise,甲,,power\nE7,enterprise,甲,2020-01-01,trade\n"
    assert [row.valid_from for row in desk.rows(content, "entities")] == [None, date(2020, 1, 1)]
    ((row, _, message, _),) = desk.faults(content + "E7,enterprise,乙,2020-01-01,\n", "entities")
    assert row == 4
    assert "row 3" in message


def test_a_registered_entity_keeps_its_spelling_and_its_type(desk) -> None:
    (row,) = desk.rows(f"{HEAD}\nＥ１,enterprise,甲\n", "entities")
    assert row.entity == "E1"
    ((row, column, message, hint),) = desk.faults(f"{HEAD}\nE1,meter,甲\n", "entities")
    assert (row, column) == (2, 2)
    assert "registered as enterprise" in message
    assert "enterprise" in hint


def test_one_file_gives_one_type(desk) -> None:
    ((row, column, message, _),) = desk.faults(f"{HEAD}\nE7,enterprise,甲\nＥ7,meter,甲\n", "entities")
    assert (row, column) == (3, 2)
    assert "row 2" in message


def test_an_attribute_belongs_to_its_type(desk) -> None:
    rows = desk.rows(f"{HEAD},industry,model\nE7,enterprise,甲,power,\nM7,meter,乙,,X1\n", "entities")
    assert [row.attributes for row in rows] == [(("industry", "power"),), (("model", "X1"),)]
    ((row, column, message, _),) = desk.faults(f"{HEAD},industry\nM7,meter,乙,power\n", "entities")
    assert (row, column) == (2, 4)
    assert "meter has no attribute industry" in message


def test_all_faults_of_a_row(desk) -> None:
    faults = desk.faults(
        f"{HEAD},valid_from,capital,founded\n,enterprize,,soon,much,1998-13-01\nE7,enterprise,甲,soon,much,x\n",
        "entities",
    )
    assert [(row, column) for row, column, _, _ in faults] == [(2, 1), (2, 2), (2, 3), (2, 4), (3, 4), (3, 5), (3, 6)]


def test_ids_and_names_are_plain_and_short(desk) -> None:
    faults = desk.faults(
        f'{HEAD}\n"E\x07",enterprise,甲\nE8,enterprise,"甲\u202e乙"\n{"E" * 201},enterprise,甲\n', "entities"
    )
    assert [(row, column) for row, column, _, _ in faults] == [(2, 1), (3, 3), (4, 1)]
    assert desk.rows(f"{HEAD}\n{'E' * 200},enterprise,{'甲' * 200}\n", "entities")


def test_only_observations_are_withdrawn(desk) -> None:
    faults = desk.faults(f"{HEAD},industry\nE7,enterprise,甲,撤回\nE8,enterprise,#withdrawn,\n", "entities")
    assert [(row, column) for row, column, _, _ in faults] == [(2, 4), (3, 3)]
