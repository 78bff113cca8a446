"""The Django project: pages, API, record."""
