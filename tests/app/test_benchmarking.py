"""Benchmarks: positions, gaps and their parts; sets that are frozen, cut to sight, too small; tasks measured again."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from compared_homes import COMPANIES, FILES, PRACTICES, comparing, peer_figures, peer_set, staffed
from homes import asked, at_desk, copied, filed, submission
from register_homes import entered

from hengjian.app.local import METHODS
from hengjian.ledger.clock import now
from hengjian.model.issue import Refused

#: The titles of figures of companies.
FIGURE = "对标组,对标企业,指标,期间,数值,来源\n"


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return comparing(tmp_path_factory.mktemp("compared") / "home")


@pytest.fixture(scope="module")
def watched(compared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with persons, and a set for B alone."""
    folder = staffed(copied(compared, tmp_path_factory.mktemp("watched") / "home"))
    entered(folder, "peer_set", peer_set(编号="PB", 适用企业="B"), name="b.csv")
    return folder


@pytest.fixture
def home(compared: Path, tmp_path: Path) -> Path:
    return copied(compared, tmp_path / "home")


def benchmark(home: Path, **more: Any) -> dict[str, Any]:
    return asked(home, "benchmark", **{"entity": "A", "period": "2025", "peers": "P1", **more})


def rows_of(answer: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["indicator"]: row for row in answer["rows"]}


def test_a_position_says_its_method_and_count(compared: Path) -> None:
    answer = benchmark(compared)
    roe = rows_of(answer)["roe"]
    assert (roe["value"], roe["count"], roe["peers"], roe["better"]) == ("0.099", 6, 5, "up")
    # worse is K2 alone: .6 × .1584 = .09504; B has 1.1 × .099 = .1089: (1 + ½) ÷ 6
    assert roe["position"] == {"percentile": "25", "quartile": 3, "place": 5}
    assert (answer["set"]["method"], answer["set"]["minimum"]) == ("mid_rank", 5)
    debt = rows_of(answer)["debt"]
    assert (debt["value"], debt["better"]) == ("0.65", "down")
    assert debt["position"]["place"] == 5, "of B and C none; 0.715 of B is worse"
    assert answer["short"] == ["roe", "debt"]
    assert (answer["members"], answer["lacking"]) == (5, 0)


def test_gaps_are_told_to_quantiles_of_the_peers_the_best_and_the_named_one(compared: Path) -> None:
    gaps = rows_of(benchmark(compared))["roe"]["gaps"]
    # peers .09504 .1089 .1188 .14256 .1584: the median, and by Hazen 5 × ¾ − ½ = 3.25 and 5 × .9 − ½ = 4
    assert {name: gap["to"] for name, gap in gaps.items()} == {
        "median": "0.1188", "p75": "0.14652", "p90": "0.1584", "best": "0.1584", "named": "0.1584",
    }  # fmt: skip
    median = gaps["median"]
    assert (median["absolute"], median["ahead"], median["relative"]) == ("-0.0198", False, "-0.166666666667")
    spread = Decimal("0.14652") - Decimal("0.105435")  # 5 × ¼ − ½ = .75 between .09504 and .1089
    assert Decimal(median["in_spread"]) == round(Decimal("-0.0198") / spread, 12)
    # own .048 → .099 in four years, the named one's .126 → .1584
    own, theirs = (0.099 / 0.048) ** 0.25 - 1, (0.1584 / 0.126) ** 0.25 - 1
    named = gaps["named"]
    assert float(named["growth"]) == pytest.approx(own)
    assert float(named["growth_of_target"]) == pytest.approx(theirs)
    assert float(named["years"]) == pytest.approx(3.7974, abs=1e-4)  # ln(.1584/.099) ÷ ln((1 + own) ÷ (1 + theirs))
    debt = rows_of(benchmark(compared))["debt"]["gaps"]
    assert debt["best"]["to"] == "0.33", "the least: 55 % × .6"
    assert debt["best"]["ahead"] is False


def test_the_gap_of_a_product_is_taken_apart_exactly(compared: Path) -> None:
    """.05 × .9 × 2.2 against .08 × 1.1 × 1.8, as in the worked vector of log-mean Divisia parts."""
    factors = rows_of(benchmark(compared))["roe"]["factors"]
    assert (factors["against"], factors["by"], factors["gap"]) == ("K1", "log_mean", "-0.0594")
    parts = {one["indicator"]: Decimal(one["part"]) for one in factors["parts"]}
    assert {name: round(part, 6) for name, part in parts.items()} == {
        "margin": Decimal("-.059400"), "turnover": Decimal("-.025361"), "leverage": Decimal(".025361"),
    }  # fmt: skip
    assert sum(parts.values()) == Decimal(factors["gap"])
    assert rows_of(benchmark(compared))["debt"]["factors"] is None, "no product"


def test_a_loss_is_taken_apart_by_another_method_that_is_named(home: Path) -> None:
    filed(home, "entity,measure,period,value\nA,margin,2025,-0.02\n", name="loss.csv")
    factors = rows_of(benchmark(home))["roe"]["factors"]
    assert (factors["by"], factors["gap"]) == ("shapley", "-0.198")
    assert sum(Decimal(one["part"]) for one in factors["parts"]) == Decimal("-0.198")
    gaps = rows_of(benchmark(home))["roe"]["gaps"]
    assert gaps["median"]["why"] == "not_positive"


def test_the_course_of_five_years(compared: Path) -> None:
    roe = rows_of(benchmark(compared))["roe"]
    assert [year["period"] for year in roe["trend"]] == ["2021", "2022", "2023", "2024", "2025"]
    assert (roe["trend"][0]["value"], roe["trend"][0]["named"]) == ("0.048", "0.126")
    assert roe["course"] == "converging", ".048 to .0945 then, .099 to .1188 now"
    assert benchmark(compared)["years"][-1] == "2025"


def test_missing_figures_of_peers_stay_missing_and_few_are_not_told(home: Path) -> None:
    withdrawn = "对标组,对标企业,指标,期间,数值,来源,撤回\n" + "".join(
        f"P1,{company},roe,2025,0,作废,是\n" for company in ("K2", "K3")
    )
    entered(home, "peer_figure", withdrawn, name="withdrawn.csv")
    answer = benchmark(home)
    roe = rows_of(answer)["roe"]
    assert (roe["count"], roe["enough"], roe["position"], roe["short"]) == (4, False, None, None)
    assert sorted(roe["gaps"]) == ["best", "named"], "no quantile of so few"
    assert [one["value"] for one in roe["companies"] if one["company"] == "K2"] == [None]
    assert answer["lacking"] == 2
    assert answer["short"] == ["debt"]


def test_a_set_is_frozen_at_the_end_of_its_day(home: Path) -> None:
    entered(home, "peer_set", peer_set(冻结日期="2026-05-20"), name="frozen.csv")
    before = rows_of(benchmark(home))["roe"]
    assert benchmark(home)["set"]["frozen"] == "2026-05-20"
    entered(home, "peer_figure", f"{FIGURE}P1,K2,roe,2025,0.5,更正\n", name="late.csv")
    filed(home, "entity,measure,period,value\nB,margin,2025,0.5\nA,margin,2025,0.06\n", name="late_too.csv")
    same_day = rows_of(benchmark(home))["roe"]
    assert same_day["gaps"]["best"]["to"] != before["gaps"]["best"]["to"], "a set is frozen at the end of its day"
    assert same_day["value"] == "0.1188", "one's own figure is today's"


def test_a_frozen_set_is_read_as_it_stood_on_its_day(home: Path) -> None:
    entered(home, "peer_set", peer_set(冻结日期="2026-01-31"), name="frozen.csv")
    before = rows_of(benchmark(home))["roe"]
    desk = at_desk(home)
    try:
        desk.log._clock = lambda: now() + 3 * 86_400_000_000
        file = {"name": "late.csv", "data": f"{FIGURE}P1,K2,roe,2025,0.5,更正\n".encode()}
        METHODS["enter_register"](desk, {"actor": "local:me", "kind": "peer_figure", "file": file})
        figures = "entity,measure,period,value\nB,margin,2025,0.5\nA,margin,2025,0.06\n"
        METHODS["submit"](desk, {"actor": "local:me", **submission(figures)})
        after = rows_of(METHODS["benchmark"](desk, {"entity": "A", "period": "2025", "peers": "P1"}))["roe"]
    finally:
        desk.close()
    told, was = ({name: gap["to"] for name, gap in one["gaps"].items()} for one in (after, before))
    assert told == was
    assert after["value"] == "0.1188", "one's own figure is what is known now"


def test_a_set_of_a_segment_takes_its_own_figures_from_what_was_entered(home: Path) -> None:
    segment = peer_set(编号="S1", 口径="业务板块", 业务板块="港口物流", 适用企业="A")
    entered(home, "peer_set", segment, name="segment.csv")
    entered(home, "peer_figure", peer_figures("S1"), name="of_segment.csv")
    assert rows_of(benchmark(home, peers="S1"))["roe"]["value"] is None, "a whole enterprise is no segment"
    entered(home, "peer_figure", f"{FIGURE}S1,A,roe,2025,12%,板块核算\n", name="own.csv")
    roe = rows_of(benchmark(home, peers="S1"))["roe"]
    assert (roe["value"], roe["source"]) == ("0.12", "板块核算")
    with pytest.raises(Refused) as refused:
        benchmark(home, peers="S1", entity="B")
    assert refused.value.issues[0].message == "the peer set 'S1' is for 'A'"


def test_a_set_for_single_indicators_says_what_is_better(home: Path) -> None:
    single = peer_set(编号="I1", 口径="核心指标", 对标指标="turnover:up、净利率：高、leverage")
    entered(home, "peer_set", single, name="single.csv")
    entered(home, "peer_figure", peer_figures("I1"), name="of_single.csv")
    found = rows_of(benchmark(home, peers="I1"))
    assert list(found) == ["turnover", "margin", "leverage"]
    assert found["turnover"]["position"]["place"] == 5
    assert (found["leverage"]["better"], found["leverage"]["position"], found["leverage"]["gaps"]) == (None, None, {})


def test_the_band_of_published_standards_stands_beside_the_place(home: Path) -> None:
    standards = "book,year,class,size,key,best,fair\nworld,2025,港口,all,roe,15%,8%\nworld,2025,港口,all,debt,0.4,0.6\n"
    entered(home, "standard", standards, name="standards.csv")
    found = rows_of(benchmark(home))
    assert (found["roe"]["bands"]["band"], found["roe"]["bands"]["label"]["zh"]) == ("fair", "平均")
    assert [line["value"] for line in found["roe"]["bands"]["lines"]] == ["0.15", "0.08"]
    assert found["debt"]["bands"]["band"] is None, "0.65 of a burden that should be 0.6 at most"


def test_a_task_is_measured_again(home: Path) -> None:
    fields = {"indicator": "roe", "value_then": "0.099"}
    opened = asked(home, "open_case", workflow="improvement", entity="A", title="补短板", fields=fields)
    filed(home, "entity,measure,period,value\nA,margin,2025,0.06\n", name="better.csv")
    (task,) = rows_of(benchmark(home))["roe"]["tasks"]
    assert (task["case"], task["value_then"], task["value_now"]) == (opened["case"], "0.099", "0.1188")
    assert rows_of(benchmark(home))["debt"]["tasks"] == []
    assert rows_of(benchmark(home, entity="B"))["roe"]["tasks"] == []


def test_members_out_of_sight_are_as_none_and_say_nothing(watched: Path) -> None:
    answer = benchmark(watched, actor="ann")
    assert [one["company"] for one in answer["set"]["members"]] == ["K1", "K2", "K3", "K5", "K4"]
    assert (answer["members"], rows_of(answer)["roe"]["count"], answer["cut"]) == (4, 5, True)
    assert "乙" not in str(answer)
    assert [one["id"] for one in asked(watched, "peers", actor="ann")["practices"]] == ["C1"]
    with pytest.raises(Refused) as refused:
        benchmark(watched, actor="ann", entity="B")
    assert refused.value.issues[0].message == "no entity is registered as 'B'"
    for kind in ("peer_set", "practice", "peer_figure"):
        assert "乙" not in str(asked(watched, "register", kind=kind, actor="ann")["rows"])
    assert benchmark(watched, actor="lead")["members"] == 5


def test_a_set_for_somebody_out_of_sight_is_not_there(watched: Path) -> None:
    assert [one["id"] for one in asked(watched, "peers", actor="ann")["sets"]] == ["P1"]
    with pytest.raises(Refused) as refused:
        benchmark(watched, actor="ann", peers="PB")
    assert (refused.value.issues[0].message, refused.value.issues[0].hint) == (
        "no peer set is called 'PB'", "there are P1",
    )  # fmt: skip
    assert [one["id"] for one in asked(watched, "peers", actor="bob")["sets"]] == ["P1", "PB"]


def test_figures_in_which_others_stand_say_so(watched: Path) -> None:
    found = rows_of(benchmark(watched, actor="ann", indicators=["place"]))
    assert found["place"].get("beyond") is True
    assert "beyond" not in rows_of(benchmark(watched, indicators=["place"]))["place"]


def test_only_who_assesses_enters_sets(watched: Path) -> None:
    with pytest.raises(Refused) as refused:
        entered(watched, "peer_set", peer_set(), name="again.csv", actor="ann")
    assert "may not assess" in refused.value.issues[0].message


def test_nobody_is_their_own_peer(compared: Path) -> None:
    assert rows_of(benchmark(compared, entity="B"))["roe"]["count"] == 5


def test_an_entered_figure_of_a_member_counts_before_a_computed_one(home: Path) -> None:
    entered(home, "peer_figure", f"{FIGURE}P1,B,roe,2025,0.3,年报\n", name="report.csv")
    assert rows_of(benchmark(home))["roe"]["gaps"]["best"]["to"] == "0.3"


@pytest.mark.parametrize(
    ("head", "message", "hint"),
    [
        ({"短板线": "五十"}, "'五十' is no percentile between 0 and 100",
         "write 50 for below the median, 25 for the last quarter"),
        ({"标杆企业": "K4"}, "the company to measure against, 'K4', is no member of the set",
         "name one of its companies, as it stands in its row"),
        ({"改进流程": "mending"}, "no workflow is called 'mending'", "there are improvement"),
        ({"口径": "业务板块"}, "a set of segments names no segment", "write what is compared, as 港口物流"),
        ({"口径": "核心指标"}, "a set for single indicators names none", "write their names, separated by 、"),
        ({"最小样本": "3"}, "'3' is no number of companies from 5 on",
         "of fewer no percentile is told: it would tell of single companies"),
        ({"对标指标": "roe:more"}, "'more' is no direction",
         "write roe:up where more is better, roe:down where less is"),
    ],
)  # fmt: skip
def test_faults_of_a_set(compared: Path, head: dict[str, str], message: str, hint: str) -> None:
    assert faults(compared, "peer_set", peer_set(**head))[message] == hint


def faults(home: Path, kind: str, text: str) -> dict[str, str]:
    with pytest.raises(Refused) as refused:
        entered(home, kind, text, name="wrong.csv")
    return {issue.message: issue.hint for issue in refused.value.issues}


def test_further_faults(compared: Path) -> None:
    twice = (*COMPANIES, COMPANIES[0])
    assert faults(compared, "peer_set", peer_set(twice))["'K1' stands in the set twice"] == "leave one of its rows out"
    told = faults(compared, "practice", PRACTICES.replace("标杆港", ""))
    assert told["it is not said whose practice it is"] == "name an entity of the space, or the company as text"
    for row, message in (
        ("P9,K1,roe", "no peer set is called 'P9'"), ("P1,K9,roe", "no company of P1 is called 'K9'"),
        ("P1,K1,rose", "no indicator or measure is called 'rose'"),
    ):  # fmt: skip
        assert message in faults(compared, "peer_figure", f"{FIGURE}{row},2025,1,年报\n")
    for question, message in (
        ({"peers": "P9"}, "no peer set is called 'P9'"), ({"period": "then"}, "'then' is not one period"),
        ({"indicators": ["rose"]}, "no indicator or measure is called 'rose'"),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            benchmark(compared, **question)
        assert refused.value.issues[0].message == message


def test_a_space_without_sets_says_how_to_enter_one(home: Path) -> None:
    entered(home, "peer_set", peer_set(撤回="是"), name="gone.csv")
    with pytest.raises(Refused) as refused:
        benchmark(home)
    assert refused.value.issues[0].hint == "enter one: hengjian register SPACE peer_set --template peers.xlsx"
    assert asked(home, "peers")["sets"] == []


def test_restricted_figures_are_withheld_with_all_that_tells_of_them(tmp_path: Path) -> None:
    closed = FILES["measures.yaml"].replace("debt: {", 'debt: {restricted: "true", ')
    home = staffed(comparing(tmp_path / "home", {**FILES, "measures.yaml": closed}))
    asked(home, "enrol", person="eve", name="eve")
    asked(home, "give_role", person="eve", role="viewer", node="D")
    answer = benchmark(home, actor="eve")
    debt = rows_of(answer)["debt"]
    assert debt["withheld"] is True
    assert (debt["value"], debt["count"], debt["gaps"], debt["companies"]) == (None, None, {}, [])
    assert answer["short"] == ["roe"]
    assert rows_of(benchmark(home, actor="lead"))["debt"]["value"] == "0.65"
    row = f"{FIGURE}P1,B,debt,2025,0.7,年报\n"
    entered(home, "peer_figure", row, name="closed.csv")
    rows = asked(home, "register", kind="peer_figure", actor="eve")["rows"]
    (closed_row,) = [one for one in rows if one["company"] == "B"]
    assert (closed_row["value"], closed_row["withheld"]) == (None, True)
    public = [one["value"] for one in rows if (one["company"], one["indicator"]) == ("K1", "debt")]
    assert public == ["0.55"] * 5, "what others publish of themselves is not restricted"
