"""The API, version 1: OpenAPI from types. Each app brings a router; errors have one shape (RFC 9457, problem details)."""

from ninja import NinjaAPI

from openvis import __version__
from openvis.web.access.api_base import install_errors
from openvis.web.intake.api import router as intake

api = NinjaAPI(
    title="OpenVIS",
    version=__version__,
    description="Incidents in, the picture out. See docs/developer/api.md.",
    urls_namespace="api",
    docs_url=None,
    openapi_url="/openapi.json",
)
install_errors(api)
api.add_router("/", intake)
