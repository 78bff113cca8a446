"""The API, version 1: OpenAPI from types. Each app brings a router; errors have one shape (RFC 9457, problem details).

It follows the Dutch API design rules: errors as problem details, the full version in a header of every answer.
"""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Router
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from openvis import __version__
from openvis.web.access.api_base import install_errors
from openvis.web.barriers.api import router as barriers
from openvis.web.controls.api import router as controls
from openvis.web.followup.api import router as followup
from openvis.web.intake.api import router as intake
from openvis.web.places.api import router as addresses
from openvis.web.refindex.api import router as index
from openvis.web.resilience.api import router as resilience
from openvis.web.signals.api import router as signals
from openvis.web.themes.api import router as themes

PREFIX = "/api/v1"
VERSION_HEADER = "API-Version"


class Api(NinjaAPI):
    """Ninja, with what the design rules ask."""

    def create_response(self, request: HttpRequest, data: Any, **options: Any) -> HttpResponse:
        """An answer with the version in its header; a problem says that it is one."""
        response: HttpResponse = super().create_response(request, data, **options)
        response[VERSION_HEADER] = __version__
        if response.status_code >= 400:
            response["Content-Type"] = "application/problem+json"
        return response

    def get_operation_url_name(self, operation: Operation, router: Router) -> str:
        """Its operation id: the address of two functions of one name could be asked for of one of them only."""
        return operation.operation_id or super().get_operation_url_name(operation, router)

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """The description, with paths relative to the server and the headers and types that the answers have."""
        schema = super().get_openapi_schema(path_prefix="", **{k: v for k, v in options.items() if k != "path_prefix"})
        for operations in schema["paths"].values():
            for operation in operations.values():
                for status, answer in operation["responses"].items():
                    answer["headers"] = {
                        VERSION_HEADER: {"description": "Full version of the API.", "schema": {"type": "string"}}
                    }
                    if int(status) >= 400 and "application/json" in answer.get("content", {}):
                        answer["content"] = {"application/problem+json": answer["content"]["application/json"]}
        return schema


api = Api(
    title="OpenVIS",
    version=__version__,
    description="Incidents in, the picture out. See docs/developer/intake.md.",
    urls_namespace="api",
    docs_url=None,
    openapi_url="/openapi.json",
    servers=[{"url": PREFIX, "description": "This installation"}],
    openapi_extra={
        "info": {
            "contact": {"name": "OpenVIS", "email": "contact@openvis.example", "url": "https://openvis.example"},
            "license": {
                "name": "EUPL-1.2",
                "url": "https://interoperable-europe.ec.europa.eu/collection/eupl/eupl-text-eupl-12",
            },
        },
        "tags": [
            {"name": "addresses", "description": "The public register of addresses, searched as people write."},
            {"name": "intake", "description": "Deliveries of incidents, and what became of them."},
            {"name": "controls", "description": "Control days, and the register of second-hand dealers."},
            {"name": "barriers", "description": "Barrier models: steps of a criminal process, and who can intervene where."},
            {"name": "index", "description": "The address index: on the municipal network, for departments."},
            {"name": "resilience", "description": "Threats against staff."},
            {"name": "themes", "description": "Figures of signals by quarter, and places out of sight."},
            {"name": "followup", "description": "After weighing: meetings, decisions, actions, projects."},
            {"name": "signals", "description": "Reporting, screening and weighing of signals."},
        ],
    },
)
install_errors(api)
api.add_router("/", intake)
api.add_router("/", addresses)
api.add_router("/", barriers)
api.add_router("/", index)
api.add_router("/", themes)
api.add_router("/", followup)
api.add_router("/", resilience)
api.add_router("/", controls)
api.add_router("/", signals)


def document() -> str:
    """The description as it is committed in `openapi.json`."""
    return json.dumps(api.get_openapi_schema(), indent=2, ensure_ascii=False, sort_keys=True) + "\n"
