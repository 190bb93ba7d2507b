"""Seeded vectors, the texts that requests are made of, and what a right answer is."""

import base64
import json

import numpy

LATENT = 16  # real embeddings fill far fewer directions than they have components
NOISE = 0.1
QUERIES = 1_000
FRESH = 1_000  # rows that are written during the test, over and over under other ids
DECIMALS = 7


class DataSet:
    """The vectors of a run, the same for every process that has the same settings.

    A row is named by its number: the first `rows` are loaded before the users start, the other
    FRESH are what users write. Every row in the database has its number in its metadata, so
    that any hit can be checked whoever wrote it.
    """

    def __init__(self, settings):
        self.rows = settings.rows
        self.metric = settings.metric
        random = numpy.random.default_rng(settings.seed)
        spread = random.standard_normal((LATENT, settings.dimension))
        self.vectors = _vectors(random, settings.rows + FRESH, spread)
        self.queries = _vectors(random, QUERIES, spread)
        encode = {"json": _as_json, "base64": _as_base64}[settings.encoding]
        self._row_texts = [encode(vector) for vector in self.vectors]
        self._query_bodies = [_search(encode(query), settings) for query in self.queries]

    def fresh(self, number):
        """The row that the number-th write writes."""
        return self.rows + number % FRESH

    def query_body(self, query):
        """The body of the search for a query, a number below QUERIES."""
        return self._query_bodies[query]

    def row_text(self, vector_id, row):
        """One row of a batch, as JSON text."""
        return '{"id":"%s","data":%s,"metadata":{"row":%d}}' % (
            vector_id,
            self._row_texts[row],
            row,
        )

    def batch(self, ids_and_rows):
        """The body of an upsert."""
        rows = ",".join(self.row_text(vector_id, row) for vector_id, row in ids_and_rows)
        return f'{{"vectors":[{rows}]}}'.encode()

    def distances(self, query, rows=slice(None)):
        """Distances from a query to some rows (all by default), as the API defines them."""
        vector = self.queries[query]
        others = self.vectors[rows]
        if self.metric == "cosine":
            norms = numpy.linalg.norm(others, axis=1) * numpy.linalg.norm(vector)
            return 1 - others @ vector / norms
        if self.metric == "euclidean":
            return numpy.linalg.norm(others - vector, axis=1)
        if self.metric == "dotproduct":
            return -(others @ vector)
        return numpy.abs(others - vector).sum(axis=1)


def _vectors(random, count, spread):
    """Points near a LATENT-dimensional plane, float64 holding what float32 text will say."""
    latent = random.standard_normal((count, LATENT))
    noise = NOISE * random.standard_normal((count, spread.shape[1]))
    return numpy.round((latent @ spread) / LATENT**0.5 + noise, DECIMALS)


def _as_json(vector):
    return json.dumps(vector.tolist(), separators=(",", ":"))


def _as_base64(vector):
    return '"%s"' % base64.b64encode(vector.astype("<f4").tobytes()).decode()


def _search(vector_text, settings):
    ef_search = f',"ef_search":{settings.ef_search}' if settings.ef_search else ""
    return f'{{"vector":{vector_text},"limit":{settings.limit}{ef_search}}}'.encode()
