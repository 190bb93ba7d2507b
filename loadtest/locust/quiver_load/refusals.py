"""A server that is busy says so with 429 or 503 and Retry-After: no failure, but to be honoured."""

STATUSES = (429, 503)
WAIT_SECONDS_MAX = 10.0


def wait_seconds(status, headers):
    """How long to wait before asking again; None if the answer is no refusal."""
    if status not in STATUSES or not headers or "Retry-After" not in headers:
        return None
    try:
        return min(max(float(headers["Retry-After"]), 0.0), WAIT_SECONDS_MAX)
    except ValueError:  # a date, from something between us and the server
        return 1.0
