"""Prints the tables of docs/PERFORMANCE.md from what loadtest/measure has left.

    python3 loadtest/tables.py FOLDER-OF-LOCUST FOLDER-OF-GATLING
"""

import json
import re
import sys
from pathlib import Path

SHARES = (0.50, 0.95, 0.99)
HEAD = "| {} | requests | failed | req/s | p50 ms | p95 ms | p99 ms | max ms |"
RULE = "|---|--:|--:|--:|--:|--:|--:|--:|"
GATLING_COLUMNS = (2, 4, 6, 8, 10, 11, 12)  # total, KO, a second, p50, p95, p99, max


def percentile(histogram, share):
    """The response time that a share of the requests of a Locust histogram kept."""
    left = share * sum(histogram.values())
    for millis in sorted(histogram, key=float):
        left -= histogram[millis]
        if left <= 0:
            return float(millis)
    return 0.0


def locust_row(figures):
    """One kind of request of one run."""
    histogram = figures["response_times"]
    seconds = figures["last_request_timestamp"] - figures["start_time"]
    times = [percentile(histogram, share) for share in SHARES] + [figures["max_response_time"]]
    cells = [
        figures["name"],
        figures["num_requests"],
        figures["num_failures"],
        f"{figures['num_requests'] / seconds:.0f}",
        *(f"{each:.0f}" for each in times),
    ]
    return "| " + " | ".join(map(str, cells)) + " |"


def locust_tables(folder):
    """A table a run, and the lines that the load test itself has logged."""
    for path in sorted(folder.glob("locust-*.json"), key=lambda each: each.stat().st_mtime):
        _, users, name = path.stem.split("-")
        print(HEAD.format(f"{users} users: {name}"), RULE, sep="\n")
        for figures in json.loads(path.read_text()):
            print(locust_row(figures))
        for line in path.with_suffix(".txt").read_text().splitlines():
            if "/quiver: " in line:
                print("\n" + line.split("/quiver: ")[1])
        print()


def gatling_rows(html):
    """The statistics of a report as lists of cells; the first is the name."""
    for part in html.split('class="ellipsed-name">')[1:]:
        values = dict(re.findall(r'<td class="value \w+ col-(\d+)">([^<]*)</td>', part))
        if values:
            numbers = (float(values[str(column)]) for column in GATLING_COLUMNS)
            yield [part.split("<")[0], *(f"{number:.0f}" for number in numbers)]


def simulation(report):
    """The class that a report is of; its folder is searchsimulation-20261121163841957."""
    return report.parent.name.split("simulation-")[0].capitalize() + "Simulation"


def gatling_tables(folder):
    """A table a report."""
    for report in sorted(folder.glob("*/index.html"), key=lambda each: each.stat().st_mtime):
        print(HEAD.format(simulation(report)), RULE, sep="\n")
        for cells in gatling_rows(report.read_text()):
            print("| " + " | ".join(cells) + " |")
        print()


if __name__ == "__main__":
    locust_tables(Path(sys.argv[1]))
    gatling_tables(Path(sys.argv[2]))
