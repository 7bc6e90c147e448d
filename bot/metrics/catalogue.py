"""Every metric that is shown, by name. What is not here is not shown, and what is here is told in the docs."""

from typing import Literal, NamedTuple


class Metric(NamedTuple):
    """One metric: what it is called, what it counts, and by what it is told apart. Labels never name a customer."""

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    told: str
    labels: tuple[str, ...] = ()


CATALOGUE = (
    Metric("dragoman_info", "gauge", "1; the release and the role of this process.", ("release", "role")),
    Metric("dragoman_queue_depth", "gauge", "Actors (inbox) and lines (outbox) with work that is due, at most 10000 a lane.",
           ("queue", "lane")),
    Metric("dragoman_queue_lag_seconds", "gauge", "How long the oldest of them has been due.", ("queue", "lane")),
    Metric("dragoman_waiting", "gauge", "Events and messages that wait, at most 10000 a business.", ("queue", "business")),
    Metric("dragoman_parked", "gauge", "Events that failed for good and wait for a person.", ("business",)),
    Metric("dragoman_poller", "gauge", "1 while some process listens for the account.", ("account",)),
    Metric("dragoman_database_up", "gauge", "1 when the database answered this scrape or the one before."),
    Metric("dragoman_accepted_total", "counter", "Events that were written into inboxes."),
    Metric("dragoman_repeats_total", "counter", "Deliveries that had come before and changed nothing."),
    Metric("dragoman_accept_seconds", "histogram", "From the event in hand to the event on disk."),
    Metric("dragoman_unheard_total", "counter", "Messages of contacts that were too fast: kept, and not handled one by one."),
    Metric("dragoman_put_back_total", "counter", "Messages that wait behind others, since their business had too many."),
    Metric("dragoman_steps_total", "counter", "Steps that ended: done, failed (tried again), parked, conflict.",
           ("business", "outcome")),
    Metric("dragoman_step_seconds", "histogram", "From the event in hand to its commit."),
    Metric("dragoman_claims_refused_total", "counter", "Claims that the database decided against, such as a slot just taken."),
    Metric("dragoman_sends_total", "counter", "Tries to send: sent, waiting (again later), perhaps, failed, expired; or shown.",
           ("channel", "outcome")),
    Metric("dragoman_send_seconds", "histogram", "How long one try to send took."),
    Metric("dragoman_delivery_seconds", "histogram", "From a message's commit to the provider's yes."),
    Metric("dragoman_breaker_state", "gauge", "Of an account or provider: 0 closed, 1 half open, 2 open.",
           ("business", "account")),
    Metric("dragoman_account_trouble", "gauge", "1 for an account that a person must mend.", ("account",)),
    Metric("dragoman_commit_scripts", "histogram", "How many scripts shared a commit; its count is the commits."),
    Metric("dragoman_commits_refused_total", "counter", "Commits that the database could not take: disk full, server gone."),
    Metric("dragoman_rejections_total", "counter", "Requests that were turned away at the edge.", ("reason",)),
    Metric("dragoman_connections", "gauge", "Open lines of web chats."),
    Metric("dragoman_wire_up", "gauge", "1 while the line to the other processes stands (Redis, or PostgreSQL's NOTIFY)."),
    Metric("dragoman_loop_lag_seconds", "gauge", "The longest that the loop was late within the last minute."),
    Metric("dragoman_loop_stalls_total", "counter", "How often the loop stood still for more than a second."),
)  # fmt: skip

PROCESS = (
    "process_cpu_seconds_total",
    "process_max_fds",
    "process_open_fds",
    "process_resident_memory_bytes",
    "process_start_time_seconds",
    "process_virtual_memory_bytes",
)
"""What `prometheus_client` says of a process by itself, on Linux."""
