"""Logs and metrics of every function; neither ever carries personal data."""

from __future__ import annotations

from aws_lambda_powertools import Logger, Metrics

logger = Logger()
metrics = Metrics()
