"""What can happen to control days, their visits, dealers and checks: one function an event, each in a transaction."""
