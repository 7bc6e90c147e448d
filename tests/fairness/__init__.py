"""Nobody waits for somebody else's flood, backlog or outage."""
