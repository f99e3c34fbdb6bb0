"""The form `entities`."""

from dataclasses import replace
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


def coded(desk):
    """The catalogue with a social credit code of enterprises."""
    known = desk.catalogue
    enterprise = known.types["enterprise"]
    code = replace(enterprise.attributes["industry"], name="code", format="social_credit_code")
    types = {**known.types, "enterprise": replace(enterprise, attributes={**enterprise.attributes, "code": code})}
    return replace(known, types=types)


def test_codes_are_checked_and_kept_in_one_spelling(desk) -> None:
    head = "entity,type,name,code,valid_from"
    rows = desk.rows(
        f"{head}\nE1,enterprise,工行,９１１０００００100003962t,\nE1,enterprise,工行,91100000100003962T,2020-01-01\n",
        "entities", catalogue=coded(desk),
    )  # fmt: skip
    assert [row.attributes for row in rows] == [(("code", "91100000100003962T"),)] * 2
    faults = desk.faults(
        f"{head}\nE1,enterprise,甲,91100000100003926T,\nE3,enterprise,乙,91110000100010433L,\n"
        "E4,enterprise,丙,91110000100010433l,\n",
        "entities", catalogue=coded(desk),
    )  # fmt: skip
    assert faults == [
        (
            2, 4, "'91100000100003926T' ends in T; with these 17 places it would end in 3",
            "did you mean 91100000100003962T?",
        ),
        (
            4, 4, "the code '91110000100010433L' is that of 'E3' in row 3 already",
            "a code belongs to one entity: mend the one that is wrong",
        ),
    ]  # fmt: skip
