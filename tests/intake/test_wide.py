"""The form `wide`."""

HEAD = "entity,period,total_assets,net_profit"


def test_each_filled_cell_is_an_observation_with_its_address(desk) -> None:
    rows = desk.rows(f"{HEAD}\nE1,2019-Q4,200,\nE2,2019,,#withdrawn\n", "wide")
    assert [(row.entity, row.measure, str(row.period), row.value, row.cell) for row in rows] == [
        ("E1", "total_assets", "2019-Q4", 200.0, "C2"),
        ("E2", "net_profit", "2019-Q4", None, "D3"),
    ]


def test_measures_of_two_frequencies_read_one_period_each_in_its_way(desk) -> None:
    rows = desk.rows("entity,period,total_assets,registered_capital\nE1,2019,200,7\n", "wide")
    assert [(str(row.period), row.value) for row in rows] == [("2019-Q4", 200.0), ("2019", 70_000.0)]
    ((row, column, _, hint),) = desk.faults("entity,period,total_assets,power_used\nE1,2019-12-31,200,7\n", "wide")
    assert (row, column) == (2, 2)
    assert "2019-12" in hint


def test_scope_basis_and_entity_of_the_whole_file(desk) -> None:
    (row,) = desk.rows("period,basis,scope,total_assets\n2019-Q4,考核,单体,1\n", "wide", entity="E1")
    assert (row.entity, row.scope, row.basis) == ("E1", "parent", "assessed")


def test_two_rows_may_fill_different_cells_of_one_period(desk) -> None:
    assert len(desk.rows(f"{HEAD}\nE1,2019-Q4,200,\nE1,2019-12-31,,5\n", "wide")) == 2
    faults = desk.faults(f"{HEAD}\nE1,2019-Q4,200,\nE1,2019-12-31,,5\nE1,2019,7,8\n", "wide")
    assert [(row, column) for row, column, _, _ in faults] == [(4, 3), (4, 4)]
    assert "row 2" in faults[0][2]
    assert "row 3" in faults[1][2]


def test_all_faults_of_a_row(desk) -> None:
    faults = desk.faults(f"{HEAD}\nE9,2019-Q4,much,nan\nE1,2019-Q5,much,1\nE1,,1,1\n", "wide")
    assert [(row, column) for row, column, _, _ in faults] == [(2, 1), (2, 3), (2, 4), (3, 2), (3, 3), (4, 2)]


def test_a_measure_of_another_type(desk) -> None:
    ((row, column, message, _),) = desk.faults("entity,period,load\nE1,2019-12-31,7\n", "wide")
    assert (row, column) == (2, 1)
    assert "meter" in message


def test_rows_without_figures(desk) -> None:
    """What states nothing is no filing."""
    ((row, column, message, _),) = desk.faults(f"{HEAD}\nE1,2019-Q4,,\n", "wide")
    assert (row, column, message) == (None, None, "the rows hold no figure")


def test_a_table_without_measures(desk) -> None:
    ((row, column, message, _),) = desk.faults("entity,period\nE1,2019-Q4\n", "wide")
    assert (row, column) == (1, None)
    assert "measures" in message
