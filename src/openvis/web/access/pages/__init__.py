"""The pages about people and roles, by subject. Signing in has its own (`views`, `account_views`)."""
