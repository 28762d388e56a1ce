"""Use cases: load, decide with the domain, commit once, nudge."""
