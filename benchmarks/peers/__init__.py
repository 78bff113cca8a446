"""One module for each method: ours and what a user would take today, on the same data in the same run."""
