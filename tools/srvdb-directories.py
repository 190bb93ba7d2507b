"""Makes directories with the srvdb package that is installed, one for each of its index modes.

    python3 tools/srvdb-directories.py FOLDER [ROWS]

Each directory gets a file expected.ndjson beside the database: for each row that a reader must find, in order,
{"id", "vector", "metadata"} as they were given, and {"exact": false} where the release keeps codes of vectors only.
`tools/srvdb-check` runs it with several releases.
"""

import importlib.metadata
import json
import os
import random
import sys

import srvdb


def main(folder, rows):
    release = importlib.metadata.version("srvdb")
    old = release.startswith("0.1")
    recent = not old and release != "0.2.0"
    database = getattr(srvdb, "Database", None) or getattr(srvdb, "SrvDBPython", None) or srvdb.SvDBPython
    dimension = 1536 if old else 128
    chance = random.Random(7)

    def vector():
        return [chance.choice((-1.0, -0.5, 0.25, 0.5, 1.0)) for _ in range(dimension)]

    training = [vector() for _ in range(256)]
    makers = {"flat": lambda path: database(path) if old else database(path, dimension=dimension)}
    if hasattr(database, "new_quantized"):
        makers["pq"] = lambda path: database.new_quantized(path, training)
    if not old:
        makers["sq8"] = lambda path: database.new_scalar_quantized(path, dimension, training)
        makers["pq"] = lambda path: database.new_product_quantized(path, dimension, training)
        makers["hnsw"] = lambda path: database.new_hnsw(path, dimension)
    if recent:
        makers["ivf"] = lambda path: database(path, dimension=dimension, mode="ivf")
    for mode, make in makers.items():
        path = os.path.join(folder, release + "-" + mode)
        os.makedirs(path)
        expected = fill(make(path), recent, rows, vector)
        with open(os.path.join(path, "expected.ndjson"), "w") as out:
            for id, (values, metadata) in expected:
                row = {"id": id, "vector": values, "metadata": metadata}
                if mode in ("sq8", "pq"):
                    row["exact"] = False
                out.write(json.dumps(row) + "\n")
        print(path, len(expected), "rows")


def fill(db, recent, rows, vector):
    """Adds, deletes, and adds again; returns the rows a reader finds, in their order."""
    given = [("id-%d" % i, (vector(), {"i": i, "t": "ä" * (i % 7), "n": {"a": [i]}})) for i in range(rows)]
    # One value that does not fit into a page of 4096 bytes.
    given[1] = ("id-1", (given[1][1][0], {"t": "x" * 10000}))
    add(db, given)
    db.persist()
    db.delete(["id-2"])
    if recent:
        given = [row for row in given if row[0] != "id-2"]
    again = [("id-2", (vector(), {"again": True}))]
    add(db, again)
    given += again
    if recent:
        newer = [("id-0", (vector(), {"upserted": True}))]
        db.upsert([newer[0][0]], [newer[0][1][0]], [json.dumps(newer[0][1][1])])
        given = [row for row in given if row[0] != "id-0"] + newer
    db.persist()
    del db
    return given


def add(db, some):
    db.add([id for id, _ in some], [row[0] for _, row in some], [json.dumps(row[1]) for _, row in some])


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 20)
