"""Whether what the server answered is right; every check raises WrongAnswer if not."""

import json

import numpy

TOLERANCE = 1e-4  # float32 sums in another order; relative beyond a distance of 1


class WrongAnswer(Exception):
    """The status was fine, what the answer says is not."""


def data_of(content):
    """The data of a success, whose envelope has exactly these three keys."""
    try:
        answer = json.loads(content)
    except ValueError as error:
        raise WrongAnswer(f"no JSON: {error}") from error
    if not isinstance(answer, dict) or set(answer) != {"success", "data", "error"}:
        raise WrongAnswer(f"no envelope: {content[:200]!r}")
    if answer["success"] is not True or answer["error"] is not None:
        raise WrongAnswer(f"200 without success: {content[:200]!r}")
    return answer["data"]


def expect(name, want, got):
    """Fails unless both are the same."""
    if want != got:
        raise WrongAnswer(f"{name}: want={want} got={got}")


def check_hits(hits, limit):
    """As many hits as asked for, no id twice, the nearest first."""
    expect("hits", limit, len(hits))
    expect("different ids", limit, len({hit["id"] for hit in hits}))
    distances = [hit["distance"] for hit in hits]
    if distances != sorted(distances):
        raise WrongAnswer(f"not the nearest first: {distances}")


def check_distances(data, query, hits):
    """Each hit is as far away as its row is; WrongAnswer names the first that is not."""
    rows = [hit["metadata"]["row"] for hit in hits]
    wanted = data.distances(query, rows)
    for hit, want in zip(hits, wanted):
        if abs(hit["distance"] - want) > TOLERANCE * max(1.0, abs(want)):
            raise WrongAnswer(f"distance of {hit['id']}: want={want:.7g} got={hit['distance']}")


def recall(data, query, hits):
    """Share of the hits that belong there, by brute force over the rows that never change.

    Hits on rows that users wrote meanwhile count among the candidates; such rows that were
    missed are not known here, so beside writers this is an upper bound.
    """
    seeded = data.distances(query, slice(0, data.rows))
    written = [hit["distance"] for hit in hits if hit["metadata"]["row"] >= data.rows]
    candidates = numpy.concatenate([seeded, written])
    worst = numpy.partition(candidates, len(hits) - 1)[len(hits) - 1]
    bound = worst + TOLERANCE * max(1.0, abs(worst))
    return sum(hit["distance"] <= bound for hit in hits) / len(hits)
