"""Areas and addresses."""
