"""The reference index (verwijsindex): which department holds a signal at an address, for nobody but those it concerns."""
