"""All addresses. The pages in Dutch, the API in English."""

from django.urls import include, path

from openvis.web import health
from openvis.web.api import api

urlpatterns = [
    path("", include("openvis.web.ui.urls")),
    path("account/", include("openvis.web.access.account_urls")),
    path("mensen/", include("openvis.web.access.urls")),
    path("logboek/", include("openvis.web.trail.urls")),
    path("bewaren/", include("openvis.web.keeping.urls")),
    path("delen/", include("openvis.web.sharing.urls")),
    path("beheer/", include("openvis.web.operations.urls")),
    path("gebieden/", include("openvis.web.places.urls")),
    path("invoer/", include("openvis.web.intake.urls")),
    path("beeld/", include("openvis.web.picture.urls")),
    path("aanpak/", include("openvis.web.deployment.urls")),
    path("verwijsindex/", include("openvis.web.refindex.urls")),
    path("signalen/", include("openvis.web.signals.urls")),
    path("vervolg/", include("openvis.web.followup.urls")),
    path("barrieres/", include("openvis.web.barriers.urls")),
    path("themas/", include("openvis.web.themes.urls")),
    path("controles/", include("openvis.web.controls.urls")),
    path("weerbaarheid/", include("openvis.web.resilience.urls")),
    path("sturing/", include("openvis.web.plan.urls")),
    path("algoritmes/", include("openvis.web.register.urls")),
    path("api/v1/", api.urls),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
]

handler400 = "openvis.web.ui.errors.bad_request"
handler403 = "openvis.web.ui.errors.not_found"
handler404 = "openvis.web.ui.errors.not_found"
handler429 = "openvis.web.access.views.too_often"
handler500 = "openvis.web.ui.errors.broken"
