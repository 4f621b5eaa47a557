"""Says at the end of the tests which parts of the pages no test has run."""

from typing import Any


def pytest_terminal_summary(terminalreporter: Any) -> None:
    told = [
        reason
        for reports in terminalreporter.stats.values()
        for report in reports
        if getattr(report, "when", "") == "call"
        for kind, reason in report.user_properties
        if kind == "not run"
    ]
    if told:
        terminalreporter.section("of the pages, not run here")
        for reason in sorted(told):
            terminalreporter.write_line(reason)
