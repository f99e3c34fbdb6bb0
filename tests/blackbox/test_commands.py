"""Every command of CONTRACT section 3 that exists so far: what it prints, and with which code it ends."""

import json
import re
import signal
import subprocess
import urllib.request
from pathlib import Path

import pytest
from kit import START, Server, Space, first_line, hengjian, installed, observations, says
from tiny_pack import FLOWS, INDICATORS, PACK, STATEMENT, TINY, indicator, write_pack

pytestmark = pytest.mark.usefixtures("from_nothing")

RECORDED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")


def test_help_names_every_command() -> None:
    page = hengjian("--help", plain=True).done().out
    commands = "check schema init upgrade submit show explain evaluate person role token prove verify"
    for command in [*commands.split(), *"audit rebuild recover backup restore serve demo".split()]:
        assert re.search(rf"\b{command}\b", page), command


@pytest.mark.parametrize(
    "words",
    [
        pytest.param([], id="no command"),
        pytest.param(["weigh"], id="no such command"),
        pytest.param(["init"], id="space left out"),
        pytest.param(["show", "somewhere"], id="entity left out"),
        pytest.param(["audit", "somewhere", "--loudly"], id="no such option"),
    ],
)
def test_wrong_usage_ends_with_2(words: list[str]) -> None:
    assert hengjian(*words, plain=True).code == 2


def test_a_space_that_is_not_there(tmp_path: Path) -> None:
    result = hengjian("show", tmp_path / "nowhere", "E1", plain=True)
    assert result.code != 0
    assert "nowhere" in result.err


# check, schema, init, upgrade


def test_check_of_a_sound_pack_has_no_errors(tiny: Path) -> None:
    faults = hengjian("check", tiny).done().json["faults"]
    assert [fault for fault in faults if fault["severity"] != "warning"] == []


def test_check_takes_the_shipped_name() -> None:
    hengjian("check", "finance").done()


def test_check_prints_place_message_and_hint(tmp_path: Path) -> None:
    pack = write_pack(tmp_path / "tiny", {**TINY, "measures.yaml": TINY["measures.yaml"].replace("person", "persn")})
    fault = says(hengjian("check", pack).faults, "persn")[0]
    assert set(fault) == {"file", "line", "column", "severity", "message", "hint"}
    assert fault["severity"] == "error"

    plain = hengjian("check", pack, plain=True)
    assert plain.code == 1
    assert plain.out == ""
    assert f"measures.yaml:{fault['line']}:{fault['column']}" in plain.err
    assert fault["message"] in plain.err
    assert fault["hint"] in plain.err


def test_warnings_alone_end_with_0(tiny: Path) -> None:
    """`pledged_assets` is declared and never used: worth a word, not a refusal."""
    faults = hengjian("check", tiny).done().json["faults"]
    assert {fault["severity"] for fault in faults} <= {"warning"}


def test_schema_describes_each_pack_file() -> None:
    schema = hengjian("schema").done().json
    text = json.dumps(schema)
    for name in ("pack", "types", "measures", "parameters", "indicators", "rules"):
        assert name in text


def test_the_smallest_pack_with_a_rule_is_sound(tmp_path: Path) -> None:
    rule = """\
high_leverage:
  label: {zh: 高杠杆, en: high leverage}
  type: enterprise
  when: debt_ratio > red_line
  level: high
  source: Notice 1 of 2021, article 2
  message: {zh: 资产负债率超过红线, en: the debt ratio is above the red line}
"""
    hengjian("check", write_pack(tmp_path / "tiny", {**TINY, "rules/leverage.yaml": rule})).done()


def test_init_files_each_pack_as_an_entry(tmp_path: Path, tiny: Path) -> None:
    second = write_pack(
        tmp_path / "second",
        {
            "pack.yaml": PACK.replace("name: tiny", "name: second").replace("[]", "[tiny]"),
            "indicators/more.yaml": indicator("equity", "CNY", "total_assets - total_liabilities"),
        },
    )
    one, both = Space.at(tmp_path / "one", tiny), Space.at(tmp_path / "both", tiny, second)
    assert one.size() >= 1
    assert both.size() == one.size() + 1
    assert both.key().read_text().count("+") >= 2


def test_init_refuses_a_faulty_pack_and_leaves_nothing(tmp_path: Path) -> None:
    pack = write_pack(tmp_path / "tiny", {**TINY, "types.yaml": "enterprise: 7\n"})
    assert hengjian("init", tmp_path / "space", "--packs", pack).faults
    assert not (tmp_path / "space" / "journal.db").exists()


def test_init_refuses_a_space_that_is_there(space: Space, tiny: Path) -> None:
    before = space.size()
    assert hengjian("init", space.path, "--packs", tiny).code in (1, 2)
    assert space.size() == before


def test_init_knows_the_nearest_shipped_pack(tmp_path: Path) -> None:
    assert says(hengjian("init", tmp_path / "space", "--packs", "financ").faults, "financ", "finance")


def test_a_space_runs_only_packs_of_its_own_ledger(tmp_path: Path) -> None:
    """A folder that changes changes nothing until `upgrade`; then today's answer changes, the former one does not."""
    pack = write_pack(tmp_path / "tiny")
    space = Space.at(tmp_path / "home", pack)
    space.enter("entity,type,name\nE1,enterprise,北方电力\n", form="entities")
    before = space.enter(STATEMENT)

    stricter = INDICATORS.replace(
        "formula: total_liabilities / total_assets", "formula: 2 * total_liabilities / total_assets"
    )
    version = TINY["pack.yaml"].replace("0.1.0", "0.2.0")
    write_pack(pack, {"pack.yaml": version, "indicators/solvency.yaml": stricter})
    assert space.value("E1", "debt_ratio", "2019-Q4") == 0.75

    shown = space.run("upgrade", pack=pack).done()
    assert "0.2.0" in shown.out
    assert "solvency" in shown.out, "the difference"
    assert space.size() == before["entry"] + 2
    assert space.value("E1", "debt_ratio", "2019-Q4") == 1.5
    assert space.value("E1", "debt_ratio", "2019-Q4", as_known_at=before["recorded_at"]) == 0.75
    assert space.value("E1", "debt_ratio", "2019-Q4", as_known_at=f"entry:{before['entry'] + 1}") == 0.75


def test_upgrade_refuses_a_faulty_pack(space: Space, tmp_path: Path) -> None:
    newer = {**TINY, "pack.yaml": TINY["pack.yaml"].replace("0.1.0", "0.2.0")}
    faulty = write_pack(tmp_path / "tiny", {**newer, "indicators/flows.yaml": FLOWS.replace("ttm(", "tmm(")})
    before = space.size()
    assert says(space.run("upgrade", pack=faulty).faults, "tmm", "ttm")
    assert space.size() == before


# submit


def test_receipt_of_one_file(space: Space) -> None:
    size = space.size()
    receipt = space.enter(STATEMENT)
    assert set(receipt) >= {"filing", "entry", "recorded_at", "observations", "repeated", "warnings"}
    assert receipt["entry"] == size
    assert receipt["observations"] == 2
    assert receipt["repeated"] is False
    assert receipt["warnings"] == []
    assert isinstance(receipt["filing"], str)
    assert RECORDED.fullmatch(receipt["recorded_at"])


def test_receipts_of_several_files(space: Space) -> None:
    for number, quarter in enumerate(("2018-Q4", "2019-Q4")):
        (space.inbox / f"{number}.csv").write_text(observations(f"E1 total_assets {quarter} 200"))
    receipts = space.run("submit", space.inbox / "0.csv", space.inbox / "1.csv").done().json["filings"]
    assert receipts[1]["entry"] == receipts[0]["entry"] + 1
    assert receipts[0]["recorded_at"] < receipts[1]["recorded_at"]
    assert receipts[0]["filing"] != receipts[1]["filing"]


def test_a_refusal_goes_to_stdout_as_json_and_to_stderr_as_text(space: Space) -> None:
    wrong = observations("E1 total_asets 2019-Q4 200")
    fault = space.refuse(wrong, "assets.csv")[0]
    assert set(fault) == {"file", "sheet", "cell", "row", "column", "message", "hint"}
    assert Path(fault["file"]).name == "assets.csv"
    assert (fault["sheet"], fault["cell"], fault["row"], fault["column"]) == (None, None, 2, 2)

    plain = hengjian("submit", space.path, space.inbox / "assets.csv", plain=True)
    assert plain.code == 1
    assert plain.out == ""
    assert fault["message"] in plain.err
    assert fault["hint"] in plain.err


def test_a_file_that_is_not_there(space: Space) -> None:
    result = space.run("submit", space.inbox / "lost.csv")
    assert result.code in (1, 2)
    assert "lost.csv" in result.out + result.err


def test_one_file_of_an_enterprise_needs_no_entity_column(space: Space) -> None:
    space.enter("measure,period,value\ntotal_assets,2019-Q4,200\n", entity="E1")
    assert space.value("E1", "assets", "2019-Q4") == 200


def test_wide_statements(space: Space) -> None:
    """An empty cell reports nothing; columns come in any order."""
    receipt = space.enter(
        "total_liabilities,period,entity,total_assets\n150,2019-Q4,E1,200\n,2019-Q3,E1,160\n", form="wide"
    )
    assert receipt["observations"] == 3
    assert [value["value"] for value in space.show("E1", "debt_ratio")] == [None, 0.75]


# show


def test_show_prints_indicators_as_asked_and_periods_ascending(space: Space) -> None:
    space.enter(
        observations("""
            E1 total_assets       2019-Q4  200
            E1 total_liabilities  2019-Q4  150
            E1 total_assets       2018-Q4  3
            E1 total_liabilities  2018-Q4  1
        """)
    )
    values = space.show("E1", "liabilities", "debt_ratio")
    assert [(value["indicator"], value["period"]) for value in values] == [
        ("liabilities", "2018-Q4"),
        ("liabilities", "2019-Q4"),
        ("debt_ratio", "2018-Q4"),
        ("debt_ratio", "2019-Q4"),
    ]
    assert set(values[0]) >= {"indicator", "period", "value", "unit", "basis", "missing"}
    assert values[0]["unit"] == "CNY"
    assert values[2]["value"] == 1 / 3, "unrounded"
    assert values[3] == {
        **values[3], "value": 0.75, "unit": "ratio", "basis": "flash", "missing": None,
    }  # fmt: skip


def test_show_without_a_period_covers_each_with_a_reported_input(space: Space) -> None:
    """Q3 has one of the two inputs: it stands there, with the reason why there is no ratio."""
    space.enter(
        observations("""
            E1 total_assets       2019-Q3  160
            E1 total_assets       2019-Q4  200
            E1 total_liabilities  2019-Q4  150
        """)
    )
    third, fourth = space.show("E1", "debt_ratio")
    assert (third["period"], third["value"]) == ("2019-Q3", None)
    assert third["missing"] == {
        "reason": "not_reported", "input": "total_liabilities", "entity": "E1", "period": "2019-Q3",
    }  # fmt: skip
    assert (fourth["period"], fourth["value"]) == ("2019-Q4", 0.75)


def test_show_without_indicators_prints_all_that_can_be_said(filed_template: Space) -> None:
    assert {"debt_ratio", "assets", "liabilities"} <= {value["indicator"] for value in filed_template.show("E1")}


def test_show_names_the_nearest_indicator_and_entity(filed_template: Space) -> None:
    assert says(filed_template.run("show", "E1", "debt_rato").faults, "debt_rato", "debt_ratio")
    assert says(filed_template.run("show", "E9", "debt_ratio").faults, "E9")


def test_show_for_people_names_value_and_period(filed_template: Space) -> None:
    page = hengjian("show", filed_template.path, "E1", "debt_ratio", plain=True).done().out
    assert "2019-Q4" in page
    assert "75" in page


# explain


def test_explain_leads_to_file_cell_and_entry(space: Space) -> None:
    receipt = space.enter(STATEMENT, "balance.csv")
    explained = space.explain("E1", "debt_ratio", "2019-Q4")
    assert {
        "entity",
        "indicator",
        "period",
        "value",
        "unit",
        "formula",
        "declaration",
        "tree",
        "leaves",
        "parameters",
    } <= set(explained)
    assert explained["value"] == 0.75
    assert explained["formula"] == "total_liabilities / total_assets"
    assert explained["tree"]["value"] == 0.75
    assert "op" in explained["tree"]
    assert [child["value"] for child in explained["tree"]["children"]] == [150, 200]
    debt, assets = explained["leaves"]
    assert debt == {
        **debt, "measure": "total_liabilities", "entity": "E1", "period": "2019-Q4", "value": 150, "unit": "CNY",
        "filing": receipt["filing"], "file": "balance.csv", "sheet": None, "entry": receipt["entry"],
    }  # fmt: skip
    assert (debt["cell"], assets["cell"]) == ("D3", "D2")
    assert explained["parameters"] == []


def test_explain_names_the_parameter_with_its_source(space: Space) -> None:
    space.enter(STATEMENT.replace("2019-Q4", "2022-Q4"))
    explained = space.explain("E1", "room", "2022-Q4")
    assert explained["value"] == 0.75 - 150 / 200
    (line,) = explained["parameters"]
    assert line == {
        **line, "name": "red_line", "value": 0.75, "from": "2021-01-01", "source": "Notice 1 of 2021, article 2",
    }  # fmt: skip


def test_explain_tells_why_a_number_is_missing(filed_template: Space) -> None:
    result = filed_template.run("explain", "E1", "debt_ratio", "2018-Q4").done()
    assert result.json["value"] is None
    assert "not_reported" in result.out


# evaluate


def test_evaluate_counts_and_gives_one_digest(filed_template: Space, tmp_path: Path) -> None:
    first = filed_template.run("evaluate").done()
    assert "not_reported" in first.out, "missing by reason"
    digests = re.findall(r'"[^"]*digest[^"]*":\s*"([^"]+)"', first.out)
    assert digests
    assert digests == re.findall(r'"[^"]*digest[^"]*":\s*"([^"]+)"', filed_template.run("evaluate").done().out)

    filed_template.run("evaluate", period="2019-Q4", out=tmp_path / "values").done()
    written = sorted((tmp_path / "values").rglob("*.parquet"))
    assert written
    assert all(file.read_bytes()[:4] == b"PAR1" for file in written)


def test_the_digest_follows_the_values(filed: Space) -> None:
    before = filed.run("evaluate").done().out
    filed.enter(observations("E1 total_assets 2019-Q4 300"))
    digest = r'"[^"]*digest[^"]*":\s*"([^"]+)"'
    assert re.findall(digest, before) != re.findall(digest, filed.run("evaluate").done().out)


# audit, rebuild, recover, backup, restore


def test_audit_and_rebuild_of_a_sound_space(filed: Space) -> None:
    found = filed.audit()
    assert set(found) >= {"ok", "size", "root", "first_difference"}
    tables = filed.digests()
    assert tables
    assert filed.digests() == tables


def test_the_checkpoint_is_what_audit_says(filed_template: Space) -> None:
    """A C2SP checkpoint: origin, size, root, an empty line, signatures that begin with an em dash."""
    found = filed_template.audit()
    _, size, root, blank, *signatures = (filed_template.path / "log" / "checkpoint").read_text().splitlines()
    assert (int(size), root, blank) == (found["size"], found["root"], "")
    assert signatures
    assert all(line.startswith("— ") for line in signatures)


def test_recover_of_a_sound_space_changes_nothing(filed: Space) -> None:
    before = filed.state()
    filed.run("recover").done()
    assert filed.state() == before


def test_a_backup_is_restored_whole(filed: Space, tmp_path: Path) -> None:
    filed.run("backup", tmp_path / "backup").done()
    hengjian("restore", tmp_path / "backup", tmp_path / "restored").done()
    restored = Space(tmp_path / "restored", filed.inbox)
    assert restored.audit() == filed.audit()
    assert restored.digests() == filed.digests()
    assert restored.value("E1", "debt_ratio", "2019-Q4") == 0.75


def test_restore_does_not_overwrite_a_space(filed: Space, tmp_path: Path) -> None:
    filed.run("backup", tmp_path / "backup").done()
    later = filed.enter(observations("E1 total_assets 2019-Q4 300"))
    assert hengjian("restore", tmp_path / "backup", filed.path).code != 0
    assert filed.size() == later["entry"] + 1


# serve, demo


def test_serve_prints_one_line_once_the_page_answers(filed: Space, tmp_path: Path) -> None:
    with Server(filed, tmp_path / "errors") as server:
        assert START.fullmatch(server.line)
        with urllib.request.urlopen(server.url, timeout=60) as page:
            assert page.status == 200
            assert "text/html" in page.headers["content-type"]
            page.read()
        assert server.stop() == b"", "exactly one line"


def test_commands_ask_the_running_server(filed: Space, tmp_path: Path) -> None:
    """A space has one writer: while it serves, every command works through it, reads included."""
    with Server(filed, tmp_path / "errors"):
        assert filed.value("E1", "debt_ratio", "2019-Q4") == 0.75
        receipt = filed.enter(observations("E1 total_assets 2019-Q4 300"))
        assert filed.enter(observations("E1 total_assets 2019-Q4 300"))["filing"] == receipt["filing"]
        assert filed.value("E1", "debt_ratio", "2019-Q4") == 0.5
        assert filed.refuse(observations("E1 total_asets 2019-Q4 300"))
        assert filed.explain("E1", "debt_ratio", "2019-Q4")["value"] == 0.5
        assert filed.size() == receipt["entry"] + 1
    assert filed.value("E1", "debt_ratio", "2019-Q4") == 0.5


def test_a_space_is_served_once(filed: Space, tmp_path: Path) -> None:
    with Server(filed, tmp_path / "errors"):
        second = hengjian("serve", filed.path, "--port", "0", plain=True)
        assert second.code in (1, 3)
        assert second.err


@pytest.mark.timeout(300)
def test_demo_serves_the_a_share_statements(tmp_path: Path) -> None:
    with (tmp_path / "errors").open("wb") as errors:
        demo = subprocess.Popen(
            [str(installed()), "demo", "--example", "a_share"],
            cwd=tmp_path, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors, bufsize=0,
        )  # fmt: skip
    try:
        assert demo.stdout is not None
        line = first_line(demo.stdout, 240)
        assert line is not None, (tmp_path / "errors").read_text()
        assert START.fullmatch(line)
        with urllib.request.urlopen(line.decode().strip(), timeout=60) as page:
            assert page.status == 200
            assert "平安银行" in page.read().decode() or "000001" in page.geturl()
    finally:
        demo.send_signal(signal.SIGTERM)
        rest, _ = demo.communicate(timeout=60)
    assert rest == b"", "exactly one line"
