"""The load test's options, and Locust's defaults for a server on this machine."""

from dataclasses import dataclass, fields

METRICS = ("cosine", "euclidean", "dotproduct", "manhattan")
ENCODINGS = ("json", "base64")

LOCUST_DEFAULTS = {
    "host": "http://127.0.0.1:8080",
    "num_users": 8,
    "spawn_rate": 8.0,
    "run_time": 30,
}

# flag, type (None: a switch), default, choices, help
_OPTIONS = (
    ("collection", str, "locust", None, "collection to make and use; bulk loads go to NAME-bulk"),
    ("dimension", int, 128, None, "components of a vector"),
    ("rows", int, 10_000, None, "rows that are there before the users start"),
    ("metric", str, "cosine", METRICS, "how distance is measured"),
    ("shards", int, 1, None, "shards of the collections"),
    ("encoding", str, "json", ENCODINGS, "how vectors are sent"),
    ("limit", int, 10, None, "hits of a search"),
    ("ef-search", int, 0, None, "how hard the graph is searched; 0 = the server's default"),
    ("durability", str, "fsync", ("fsync", "os"), "what an acknowledged write is to survive"),
    ("batch-rows", int, 1_000, None, "rows of a bulk request"),
    ("bulk-rows", int, 200_000, None, "rows a bulk user writes before it begins again, replacing"),
    ("think-time", float, 0.0, None, "seconds a user waits between its requests"),
    ("seed", int, 1, None, "of all vectors and choices"),
    ("verify", None, False, None, "compare a share of the answers with brute force"),
    ("verify-share", float, 0.05, None, "share that --verify compares"),
    ("recall-min", float, 0.9, None, "mean recall below which --verify fails the run"),
    ("keep", None, False, None, "leave the collections there at the end"),
)


@dataclass(frozen=True)
class Settings:
    """The options of _OPTIONS as parsed; what exists is valid."""

    collection: str
    dimension: int
    rows: int
    metric: str
    shards: int
    encoding: str
    limit: int
    ef_search: int
    durability: str
    batch_rows: int
    bulk_rows: int
    think_time: float
    seed: int
    verify: bool
    verify_share: float
    recall_min: float
    keep: bool

    def __post_init__(self):
        for name in ("dimension", "rows", "shards", "limit", "batch_rows", "bulk_rows"):
            _require(getattr(self, name) >= 1, name, "at least 1", getattr(self, name))
        _require(self.rows >= self.limit, "rows", f"at least limit={self.limit}", self.rows)
        _require(
            self.bulk_rows >= self.batch_rows,
            "bulk_rows",
            f"at least batch-rows={self.batch_rows}",
            self.bulk_rows,
        )
        for name in ("verify_share", "recall_min"):
            _require(0 <= getattr(self, name) <= 1, name, "0 to 1", getattr(self, name))
        _require(self.ef_search >= 0, "ef_search", "at least 0", self.ef_search)
        _require(self.think_time >= 0, "think_time", "at least 0", self.think_time)

    @property
    def bulk_collection(self):
        """Where bulk loads go, so that they do not change what searches find."""
        return self.collection + "-bulk"

    @classmethod
    def of(cls, parsed):
        """Takes the settings out of Locust's parsed options; ValueError if one is wrong."""
        return cls(**{field.name: getattr(parsed, field.name) for field in fields(cls)})


def _require(holds, name, expected, got):
    if not holds:
        flag = "--" + name.replace("_", "-")
        raise ValueError(f"{flag}: expected {expected}, got {got}")


def add_to(parser):
    """Adds the options to Locust's parser, each with an environment variable LOCUST_…."""
    parser.set_defaults(**LOCUST_DEFAULTS)
    for flag, kind, default, choices, text in _OPTIONS:
        env_var = "LOCUST_" + flag.replace("-", "_").upper()
        if kind is None:
            how = {"action": "store_true"}
        else:
            how = {"type": kind, "choices": choices, "metavar": flag.split("-")[-1].upper()}
        parser.add_argument(
            "--" + flag,
            default=default,
            env_var=env_var,
            include_in_web_ui=False,
            help=f"{text} (default: {default})",
            **how,
        )
