"""What every test run shares: hypothesis settings, and the rule that continuous integration skips nothing."""

import os
from collections.abc import Generator

import pytest
from hypothesis import HealthCheck, settings

# A shared machine may stall for a while: a slow example is no fault of the code.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
# Continuous integration repeats the same examples, so that a failure is the change's; people's runs look for new ones.
settings.register_profile("repeat", parent=settings.get_profile("house"), derandomize=True)
settings.load_profile("repeat" if os.environ.get("CI") else "house")

REQUIRE_OPTIONAL = "HENGJIAN_REQUIRE_OPTIONAL"


def _failed_instead(reason: object) -> str:
    word = reason[2] if isinstance(reason, tuple) else reason
    return f"{word}\n{REQUIRE_OPTIONAL} is set: an optional part that cannot be tested is a failure here"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skip into a failure where nothing may be skipped in silence."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get(REQUIRE_OPTIONAL) == "1":
        report.outcome = "failed"
        report.longrepr = _failed_instead(report.longrepr)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The same for a module that skips itself while it is imported."""
    report = yield
    if report.skipped and os.environ.get(REQUIRE_OPTIONAL) == "1":
        report.outcome = "failed"
        report.longrepr = _failed_instead(report.longrepr)
    return report
