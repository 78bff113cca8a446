"""The pages of intake: deliveries, sources and unknown files, the observation form."""
