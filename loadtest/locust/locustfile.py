"""Load tests of Quiver over REST, for Locust.

    locust -f loadtest/locust/locustfile.py --headless             all users for 30 seconds
    locust -f loadtest/locust/locustfile.py --headless SearchUser  only those that search
    locust -f loadtest/locust/locustfile.py                        with Locust's web page

README.md beside this file lists the options.
"""

import itertools
import logging
import random
import sys
import time
import uuid
from contextlib import contextmanager

import gevent
from locust import FastHttpUser, events, tag, task
from locust.runners import WorkerRunner

from quiver_load import answers, options, refusals
from quiver_load.collections import Collections, SetupError
from quiver_load.dataset import QUERIES, DataSet
from quiver_load.tally import Tally

logger = logging.getLogger("quiver")


class Run:
    """What all users of this process share; there is one, made when Locust is ready."""

    def __init__(self, environment):
        self.settings = options.Settings.of(environment.parsed_options)
        self.data = DataSet(self.settings)
        self.tally = Tally(environment)
        self.collections = Collections(environment.host, self.settings, self.data)
        self.user_numbers = itertools.count()
        self.started = self.stopped = time.monotonic()

    @property
    def seconds(self):
        """How long the users worked."""
        return max(self.stopped - self.started, 1e-9)


@events.init_command_line_parser.add_listener
def add_options(parser, **_):
    """Puts the options of this file beside Locust's."""
    options.add_to(parser)


def has_tasks(environment, user_class):
    """Whether --tags and --exclude-tags leave it any: Locust starts users without tasks, too."""
    wanted = set(environment.parsed_options.tags or ())
    unwanted = set(environment.parsed_options.exclude_tags or ())
    tags = [each.locust_tag_set for each in user_class.tasks]
    return any((not wanted or each & wanted) and not each & unwanted for each in tags)


@events.init.add_listener
def prepare(environment, runner, **_):
    """Makes vectors and collections before the clock of the test runs; ends Locust if it cannot."""
    environment.user_classes = [
        each for each in environment.user_classes if has_tasks(environment, each)
    ]
    if not environment.user_classes:
        sys.exit("quiver load test: no task has such tags")
    try:
        environment.quiver = Run(environment)
        if not isinstance(runner, WorkerRunner):
            environment.quiver.collections.make()
    except (SetupError, ValueError) as error:
        sys.exit(f"quiver load test: {error}")


@events.test_start.add_listener
def note_start(environment, **_):
    """From here on is counted."""
    environment.quiver.tally.clear()
    environment.quiver.started = time.monotonic()


@events.test_stop.add_listener
def note_stop(environment, **_):
    """Up to here is counted."""
    environment.quiver.stopped = time.monotonic()


@events.quitting.add_listener
def finish(environment, **_):
    """Takes the collections away, tells the figures, and says if the run has failed."""
    if isinstance(environment.runner, WorkerRunner):
        return
    problems = list(verdict(environment))
    try:
        environment.quiver.collections.remove()
    except SetupError as error:
        problems.append(str(error))
    for problem in problems:
        logger.error(problem)
        environment.process_exit_code = 1


def verdict(environment):
    """Logs what was counted and yields what is wrong with it, beside failed requests."""
    tally, settings = environment.quiver.tally, environment.quiver.settings
    total = environment.stats.total
    if total.num_requests <= total.num_failures + tally["refused"]:
        yield "no request was answered"
    if tally["refused"]:
        logger.info("%d requests were refused for the moment", tally["refused"])
    if tally["rows"]:
        rate = tally["rows"] / environment.quiver.seconds
        logger.info("bulk load: %d rows, %.0f rows/s", tally["rows"], rate)
    if tally["compared"]:
        recall = tally.mean_recall
        logger.info("recall@%d %.4f of %d searches", settings.limit, recall, tally["compared"])
        if recall < settings.recall_min:
            yield f"recall: want at least {settings.recall_min} got {recall:.4f}"


class QuiverUser(FastHttpUser):
    """Asks, waits if it is told to, and checks what comes back."""

    abstract = True
    default_headers = {"Content-Type": "application/json"}

    def __init__(self, environment):
        super().__init__(environment)
        run = environment.quiver
        self.settings, self.data, self.tally = run.settings, run.data, run.tally
        self.path = f"/collections/{run.settings.collection}"
        self.name = uuid.uuid4().hex[:12]  # first part of the ids it writes: nobody else's
        number = environment.runner.worker_index, next(run.user_numbers)
        self.random = random.Random(f"{run.settings.seed} {number}")

    def wait_time(self):
        """Seconds between two tasks."""
        return self.settings.think_time

    @contextmanager
    def asking(self, name, method, path, body=None, status=200):
        """Sends a request; the block gets the answer's data and checks it.

        The block gets None if there is nothing to check: the server was busy, or the request
        has failed already. What the block finds wrong becomes a failure of this request.
        """
        request = self.client.request(method, path, name=name, data=body, catch_response=True)
        with request as reply:
            wait = refusals.wait_seconds(reply.status_code, reply.headers)
            if wait is None:
                data = self._data(reply, status)
            else:
                data = None
                reply.request_meta["name"] = f"{name} refused {reply.status_code}"
                reply.success()
            try:
                yield data
            except answers.WrongAnswer as wrong:
                reply.failure(wrong)
            except (AttributeError, KeyError, TypeError) as surprise:
                reply.failure(f"answer of another shape: {surprise!r}")
        if wait is not None:
            self.tally.add("refused")
            gevent.sleep(wait)

    @staticmethod
    def _data(reply, status):
        """The data of an answer with the right status; None if the request has failed."""
        if reply.status_code == 0:
            return None  # no answer: Locust reports why
        if reply.status_code != status:
            text = (reply.text or "")[:300]
            reply.failure(f"status: want={status} got={reply.status_code} {text}")
            return None
        reply.success()
        if status != 200:
            return {}
        try:
            return answers.data_of(reply.content)
        except answers.WrongAnswer as wrong:
            reply.failure(wrong)
            return None

    def search_once(self):
        """One search, always checked for form, now and then against brute force."""
        query = self.random.randrange(QUERIES)
        body = self.data.query_body(query)
        with self.asking("search", "POST", f"{self.path}/search", body) as hits:
            if hits is not None:
                answers.check_hits(hits, self.settings.limit)
                if self.compares():
                    answers.check_distances(self.data, query, hits)
                    self.tally.add_recall(answers.recall(self.data, query, hits))

    def compares(self):
        """Whether to look at this answer closely."""
        return self.settings.verify and self.random.random() < self.settings.verify_share


class SearchUser(QuiverUser):
    """Searches, and nothing else."""

    weight = 5

    @tag("search")
    @task
    def search(self):
        """Finds the nearest of one of the queries."""
        self.search_once()


class MixedUser(QuiverUser):
    """70 % searches, 20 % upserts, 10 % deletes, of rows that no other user touches."""

    weight = 2

    def __init__(self, environment):
        super().__init__(environment)
        self.written = 0
        self.alive = {}  # id → row

    @tag("mixed")
    @task(7)
    def search(self):
        """Finds the nearest of one of the queries, among them rows that users wrote."""
        self.search_once()

    @tag("mixed")
    @task(2)
    def upsert(self):
        """Writes a new row, or replaces one of its own."""
        vector_id = self._any_alive() if self.random.random() < 0.5 else None
        row = self.data.fresh(self.written)
        vector_id = vector_id or f"{self.name}-{self.written}"
        self.written += 1
        path = f"{self.path}/vectors/upsert?durability={self.settings.durability}"
        with self.asking("upsert", "POST", path, self.data.batch([(vector_id, row)])) as data:
            if data is None:
                return
            self.alive[vector_id] = row
            answers.expect("upserted", {"upserted_count": 1, "ids": [vector_id]}, data)
        self._read_back(vector_id)

    @tag("mixed")
    @task(1)
    def delete(self):
        """Deletes one of its own rows; writes one if there is none."""
        vector_id = self._any_alive()
        if vector_id is None:
            self.upsert()
            return
        path = f"{self._vector(vector_id)}?durability={self.settings.durability}"
        with self.asking("delete", "DELETE", path) as existed:
            if existed is None:
                return
            del self.alive[vector_id]
            answers.expect("existed", True, existed)
        self._read_back(vector_id)

    def _any_alive(self):
        return self.random.choice(list(self.alive)) if self.alive else None

    def _vector(self, vector_id):
        return f"{self.path}/vectors/{vector_id}"

    def _read_back(self, vector_id):
        """What was acknowledged is there, what was deleted is gone."""
        if not self.compares():
            return
        row = self.alive.get(vector_id)
        status = 404 if row is None else 200
        with self.asking("read back", "GET", self._vector(vector_id), status=status) as data:
            if data and row is not None:
                answers.expect("metadata", {"row": row}, data["metadata"])


class BulkUser(QuiverUser):
    """Writes batches into a collection of their own, as fast as they are acknowledged."""

    weight = 1

    def __init__(self, environment):
        super().__init__(environment)
        self.next_row = 0

    @tag("bulk")
    @task
    def load(self):
        """Writes the next batch; the same one again if the server was busy."""
        size = self.settings.batch_rows
        numbers = range(self.next_row, self.next_row + size)
        ids = [f"{self.name}-{number % self.settings.bulk_rows}" for number in numbers]
        body = self.data.batch(
            (vector_id, number % self.data.rows) for vector_id, number in zip(ids, numbers)
        )
        path = f"/collections/{self.settings.bulk_collection}/vectors/upsert"
        path = f"{path}?durability={self.settings.durability}"
        with self.asking(f"load {size} rows", "POST", path, body) as data:
            if data is not None:
                answers.expect("upserted", size, data["upserted_count"])
                answers.expect("ids", ids, data["ids"])
                self.tally.add("rows", size)
                self.next_row += size
