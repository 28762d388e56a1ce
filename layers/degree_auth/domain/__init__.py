"""The rules of the regulation: plain functions over plain data, without AWS, I/O or a clock."""
