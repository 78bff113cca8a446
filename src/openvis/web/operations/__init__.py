"""Whether the installation is well: the queue, the health of its parts, backup and restore."""
