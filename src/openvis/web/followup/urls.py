"""Addresses."""

from django.urls import path

from .views import items, meetings, projects

urlpatterns = [
    path("", meetings.meetings, name="meetings"),
    path("overleg/nieuw", meetings.new_meeting, name="meeting_new"),
    path("overleg/<uuid:key>", meetings.meeting, name="meeting"),
    path("overleg/<uuid:key>/verslag.pdf", meetings.record, name="meeting_record"),
    path("overleg/<uuid:key>/wijzigen", meetings.change, name="meeting_change"),
    path("overleg/<uuid:key>/deelnemers", meetings.invite, name="meeting_invite"),
    path("overleg/<uuid:key>/deelnemers/<uuid:participant>", meetings.uninvite, name="meeting_uninvite"),
    path("overleg/<uuid:key>/agenda/<uuid:item>", meetings.put_on, name="meeting_put_on"),
    path("overleg/<uuid:key>/<slug:slug>", meetings.act, name="meeting_act"),
    path("punt/<uuid:key>", items.item, name="tabled_item"),
    path("punt/<uuid:key>/formulier.pdf", items.uniform_form, name="tabled_item_form"),
    path("punt/<uuid:key>/<slug:slug>", items.act, name="tabled_item_act"),
    path("acties", items.actions, name="own_actions"),
    path("acties/alle", items.all_actions, name="all_actions"),
    path("acties/<uuid:key>", items.report, name="meeting_action"),
    path("projecten", projects.projects, name="projects"),
    path("projecten/nieuw", projects.new_project, name="project_new"),
    path("projecten/<uuid:key>", projects.project, name="project"),
    path("projecten/<uuid:key>/team/<uuid:member>", projects.leave, name="project_leave"),
    path("projecten/<uuid:key>/signalen/<uuid:taken>", projects.take_out, name="project_take_out"),
    path("projecten/<uuid:key>/<slug:slug>", projects.act, name="project_act"),
    path("acties/stappen/<uuid:key>", projects.step, name="project_step"),
    path("projecten/interventies/<uuid:key>/akkoord", projects.approve, name="intervention_approve"),
    path("projecten/interventies/<uuid:key>/<slug:slug>", projects.intervention, name="intervention_act"),
    path("projecten/zaken", projects.hand_overs, name="case_hand_overs"),
    path("projecten/zaken/<uuid:key>/oppakken", projects.take_up, name="case_take_up"),
]
