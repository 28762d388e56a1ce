"""What the services need from outside: tables, object storage, keys, workflows, the report press."""
