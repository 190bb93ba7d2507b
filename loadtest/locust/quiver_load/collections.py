"""Makes the collections that the users work on, and takes them away again."""

import time

import requests

from . import refusals

METRIC_WORDS = {
    "cosine": "Cosine",
    "euclidean": "Euclidean",
    "dotproduct": "DotProduct",
    "manhattan": "Manhattan",
}
OWNER_ID = "made-by-locustfile"  # the row by which the load test knows what it may delete
SEED_BATCH = 1_000
INDEX_SECONDS_MAX = 600
REQUEST_SECONDS_MAX = 60
REFUSED_SECONDS_MAX = 60


class SetupError(Exception):
    """The server cannot be loaded as it is; the message says why."""


class Collections:
    """The two collections of a run: the one that is searched, and the one for bulk loads."""

    def __init__(self, host, settings, data):
        self._host = host.rstrip("/")
        self._settings = settings
        self._data = data
        self._http = requests.Session()

    def make(self):
        """Makes both anew, fills the first, and waits until its graph has every row."""
        for name in self._names():
            self._drop(name)
            self._create(name)
        self._fill()
        self._await_index()

    def remove(self):
        """Deletes both, unless they are to be kept."""
        if not self._settings.keep:
            for name in self._names():
                self._drop(name)

    def _names(self):
        return self._settings.collection, self._settings.bulk_collection

    def _create(self, name):
        self._ask(
            "POST",
            "/collections",
            json={
                "name": name,
                "dimension": self._settings.dimension,
                "distance_metric": METRIC_WORDS[self._settings.metric],
                "shards": self._settings.shards,
            },
        )
        owner = self._data.row_text(OWNER_ID, 0)
        self._upsert(name, f'{{"vectors":[{owner}]}}')

    def _drop(self, name):
        """Deletes a collection if it is there; SetupError if it is not ours."""
        if self._ask("GET", f"/collections/{name}", absent_is_fine=True) is None:
            return
        owner = f"/collections/{name}/vectors/{OWNER_ID}"
        if self._ask("GET", owner, absent_is_fine=True) is None:
            raise SetupError(
                f"collection {name} is there and was not made by this load test;"
                " name another with --collection"
            )
        self._ask("DELETE", f"/collections/{name}")

    def _fill(self):
        """Writes every row but row 0, which the owner's row is."""
        for start in range(1, self._data.rows, SEED_BATCH):
            numbers = range(start, min(start + SEED_BATCH, self._data.rows))
            body = self._data.batch((f"r{row}", row) for row in numbers)
            self._upsert(self._settings.collection, body)

    def _upsert(self, name, body):
        headers = {"Content-Type": "application/json"}
        self._ask("POST", f"/collections/{name}/vectors/upsert", data=body, headers=headers)

    def _await_index(self):
        path = f"/collections/{self._settings.collection}/stats?detail=true"
        give_up = time.monotonic() + INDEX_SECONDS_MAX
        while (waiting := self._ask("GET", path)["unindexed_rows"]) > 0:
            if time.monotonic() > give_up:
                raise SetupError(f"{waiting} rows not indexed after {INDEX_SECONDS_MAX} s")
            time.sleep(0.1)

    def _ask(self, method, path, absent_is_fine=False, **body):
        """The data of the answer, None for 404 if that is fine; asks again what was refused."""
        give_up = time.monotonic() + REFUSED_SECONDS_MAX
        while True:
            reply = self._send(method, path, **body)
            wait = refusals.wait_seconds(reply.status_code, reply.headers)
            if wait is None or time.monotonic() > give_up:
                break
            time.sleep(wait)
        if reply.status_code == 404 and absent_is_fine:
            return None
        if reply.status_code != 200:
            raise SetupError(f"{method} {path}: {reply.status_code} {reply.text[:300]}")
        return reply.json()["data"]

    def _send(self, method, path, **body):
        url = self._host + path
        try:
            return self._http.request(method, url, timeout=REQUEST_SECONDS_MAX, **body)
        except requests.RequestException as error:
            raise SetupError(f"no answer from {self._host}: {error}") from error
