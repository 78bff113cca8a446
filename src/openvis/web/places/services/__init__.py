"""What changes areas and addresses: loading a division, loading the register of addresses."""

from .addresses import Stored, TooManyEndError, store_addresses
from .areas import Loaded, load_areas, store_areas

__all__ = ["Loaded", "Stored", "TooManyEndError", "load_areas", "store_addresses", "store_areas"]
