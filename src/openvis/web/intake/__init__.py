"""Sources, batches, incidents, rejected rows."""
