"""After weighing: the RIEC meeting, the project approach, and what is handed over."""
