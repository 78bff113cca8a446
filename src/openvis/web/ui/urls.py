from django.http import HttpRequest, HttpResponse
from django.urls import path

from openvis.web.access.guard import SIGNED_IN, rule


@rule(SIGNED_IN)
def today(request: HttpRequest) -> HttpResponse:
    return HttpResponse("Today")


urlpatterns = [path("", today, name="today")]
