"""Settings: `base` holds what is always so; `development`, `testing` and `production` say what differs."""
