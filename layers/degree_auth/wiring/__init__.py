"""The one place where services meet their adapters: one module a room, a package where two functions need different
halves of a room, because a function loads every module that its handler names.

Everything is made once a process, when first asked for: each function here that makes something is `@cache`d.
"""
