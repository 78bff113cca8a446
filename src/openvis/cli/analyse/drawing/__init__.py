"""Pictures of results as PNG; imported only when a command writes its files, since the engine takes a second to load."""
