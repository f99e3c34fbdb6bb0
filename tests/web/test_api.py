"""The objects of the commands over HTTP."""

from space import ASSETS, LIABILITIES, ask
from starlette.testclient import TestClient

CUT = dict.fromkeys(("as_of", "as_known_at", "scope", "basis"))


def test_show(reader: TestClient) -> None:
    answer = reader.get("/api/show", params={"entity": "000338", "indicator": ["debt_ratio"]})
    assert answer.json() == ask("show", {"entity": "000338", "indicators": ["debt_ratio"], **CUT})
    assert answer.json()["values"][-1]["value"] == LIABILITIES["2019-Q4"] / ASSETS["2019-Q4"], "unrounded"
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"


def test_explain(reader: TestClient) -> None:
    parts = {"entity": "000338", "indicator": "debt_ratio", "period": "2019-Q4"}
    assert reader.get("/api/explain", params=parts).json() == ask("explain", {**parts, **CUT})


def test_faults_are_objects_too(reader: TestClient) -> None:
    answer = reader.get("/api/show", params={"entity": "000338", "indicator": "debt_rato"})
    assert answer.status_code == 400
    (fault,) = answer.json()["faults"]
    assert "debt_rato" in fault["message"]
    assert "debt_ratio" in fault["hint"]
    assert reader.get("/api/show").json()["faults"][0]["message"] == "the question names no entity"
    assert reader.get("/api/none").json()["faults"][0]["message"] == "没有这个页面"
    assert reader.get("/api/show", params={"entity": "000338", "as_known_at": "entry:666"}).status_code == 500


def test_health(reader: TestClient) -> None:
    assert reader.get("/healthz").json() == {"ok": True}
