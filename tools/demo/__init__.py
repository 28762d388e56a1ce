"""The main job, `make run`: the whole journey of a degree's authentication, played on the running stack.

Everything goes the real way: HTTP, executions of the staff-actions machine, and the stack's own clock moved forward.
Each chapter is a module; what it brings about is read back from the stack and held against what it should be. Safe to
repeat on a stack that runs: the people of a run are new each time. Nobody in it exists.
"""
