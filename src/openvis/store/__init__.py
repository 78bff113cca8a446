"""The event store: Parquet files a month, and the questions asked of them."""
