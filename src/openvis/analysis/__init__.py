"""The methods: pure functions on arrays (metres in a projected plane, local times).

Importing this package costs nothing; each module loads what it needs at its first use. `warm()` compiles every kernel
once, with the types the modules really use, so that no page and no command waits for a compiler.
"""


def warm() -> None:
    """Compile all kernels into the cache beside their source; called by set-up. Takes seconds once, nothing after."""
    from openvis.analysis.warming import compile_all

    compile_all()


__all__ = ["warm"]
