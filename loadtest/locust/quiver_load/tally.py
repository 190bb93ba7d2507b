"""What a run counts beside Locust's own figures, added up over all worker processes."""

import collections


class Tally:
    """Named sums. Workers send theirs with each report; the master, or the only process, adds."""

    def __init__(self, environment):
        self._sums = collections.Counter()
        environment.events.report_to_master.add_listener(self._send)
        environment.events.worker_report.add_listener(self._receive)

    def add(self, name, amount=1):
        """Adds to a sum."""
        self._sums[name] += amount

    def clear(self):
        """Begins anew."""
        self._sums.clear()

    def __getitem__(self, name):
        return self._sums[name]

    def add_recall(self, value):
        """Adds one search whose recall is known."""
        self.add("recall", value)
        self.add("compared")

    @property
    def mean_recall(self):
        """Over all searches that were compared; there must be one."""
        return self["recall"] / self["compared"]

    def _send(self, data, **_):
        data["quiver"] = dict(self._sums)
        self._sums.clear()

    def _receive(self, data, **_):
        self._sums.update(data.get("quiver", {}))
