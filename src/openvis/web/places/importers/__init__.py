"""Official files: the map of CBS with its figures, the register of addresses (BAG)."""


class FileError(ValueError):
    """A file that is not what it should be; the message says what was found and what was expected."""
