"""What is written down: the sealed audit log and its search, the processing log, samples and flags."""
