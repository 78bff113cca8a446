"""The second wall of the follow-up: the coordinator, and whom a sent agenda, a project or an action belongs to."""

from openvis.web.access import walls

from .models import (
    CaseHandOver,
    Consent,
    Contribution,
    Decision,
    Intervention,
    Meeting,
    MeetingAction,
    Participant,
    Project,
    ProjectMember,
    ProjectSignal,
    ProjectStep,
    TabledItem,
)

# With the owner's rights, for policies of these tables would otherwise ask each other without end.
SEES_MEETING = """
    CREATE OR REPLACE FUNCTION followup_sees_meeting(meeting uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
    $$
        SELECT openvis_holds('signals.casus') AND EXISTS (
            SELECT 1 FROM followup_meeting m WHERE m.id = meeting AND m.state IN ('sent', 'closed')
        ) AND (
            openvis_holds('signals:a(tabled)') OR EXISTS (
                SELECT 1 FROM followup_participant p WHERE p.meeting_id = meeting AND p.user_id = openvis_user()
            )
        )
    $$
"""
IN_PROJECT = """
    CREATE OR REPLACE FUNCTION followup_in_project(project uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
    $$
        SELECT openvis_holds('signals.casus') AND EXISTS (
            SELECT 1 FROM followup_projectmember m WHERE m.project_id = project AND m.user_id = openvis_user()
        )
    $$
"""
LEADS = """
    CREATE OR REPLACE FUNCTION followup_leads(project uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
    $$
        SELECT followup_in_project(project) AND EXISTS (
            SELECT 1 FROM followup_project p WHERE p.id = project AND p.leader_id = openvis_user()
        )
    $$
"""
# A leader does not weigh: with the close of their project its signals go back to who does, and nothing else changes.
RESULTS_KNOWN = """
    CREATE OR REPLACE FUNCTION followup_results_known(project uuid) RETURNS bigint
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS
    $$
        WITH moved AS (
            UPDATE signals_signal s
            SET state = 'evaluated', version = s.version + 1, due_on = (now() AT TIME ZONE 'Europe/Amsterdam')::date
            FROM followup_projectsignal p JOIN followup_project made ON made.id = p.project_id
            WHERE p.signal_id = s.id AND made.id = project AND made.state = 'closed' AND s.state = 'project'
                AND followup_leads(project)
                AND NOT EXISTS (
                    SELECT 1 FROM followup_projectsignal q JOIN followup_project other ON other.id = q.project_id
                    WHERE q.signal_id = s.id AND other.state = 'running'
                )
                AND NOT EXISTS (SELECT 1 FROM followup_tableditem i WHERE i.signal_id = s.id AND i.state <> 'closed')
                AND NOT EXISTS (SELECT 1 FROM followup_casehandover c WHERE c.signal_id = s.id)
            RETURNING 1
        )
        SELECT count(*) FROM moved
    $$
"""
KEEPS = "(SELECT openvis_holds('signals.weigh'))"
OWN_ACTION = "(owner_id = openvis_user() AND openvis_holds('signals.casus'))"


def register() -> None:
    """Put the tables behind it."""
    walls.function(SEES_MEETING)
    walls.function(IN_PROJECT)
    walls.function(LEADS)
    walls.function(RESULTS_KNOWN)
    _meetings()
    _projects()
    walls.limit(CaseHandOver, "SELECT, INSERT, UPDATE")
    walls.protect(CaseHandOver, select=KEEPS, insert=f"by_id = openvis_user() AND {KEEPS}", update=KEEPS)


def _meetings() -> None:
    for model in (Meeting, TabledItem, MeetingAction):
        walls.limit(model, "SELECT, INSERT, UPDATE")
    walls.limit(Participant, "SELECT, INSERT, DELETE")
    # What was handed over and what was decided stay as they were, also for who could write.
    for model in (Contribution, Decision):
        walls.limit(model, "SELECT, INSERT")
    walls.protect(Meeting, select=f"{KEEPS} OR followup_sees_meeting(id)", insert=KEEPS, update=KEEPS)
    walls.protect(
        Participant, select=f"{KEEPS} OR followup_sees_meeting(meeting_id)", insert=KEEPS, delete=KEEPS,
    )
    walls.protect(TabledItem, select=f"{KEEPS} OR followup_sees_meeting(meeting_id)", insert=KEEPS, update=KEEPS)
    under = walls.under(TabledItem, "item_id")
    for model in (Contribution, Decision):
        walls.protect(model, select=under, insert=f"by_id = openvis_user() AND {KEEPS}")
    walls.protect(
        MeetingAction, insert=KEEPS, update=f"{KEEPS} OR {OWN_ACTION}",
        select=f"{KEEPS} OR {OWN_ACTION} OR (organisation <> '' AND organisation = openvis_organisation() AND {under})",
    )


def _projects() -> None:
    for model in (Project, ProjectStep, Intervention):
        walls.limit(model, "SELECT, INSERT, UPDATE")
    for model in (ProjectMember, ProjectSignal, Consent):
        walls.limit(model, "SELECT, INSERT, DELETE")
    of_team = f"{KEEPS} OR followup_in_project(project_id)"
    leads = f"{KEEPS} OR (leader_id = openvis_user() AND followup_in_project(id))"
    led = f"{KEEPS} OR followup_leads(project_id)"
    walls.protect(Project, select=f"{KEEPS} OR followup_in_project(id)", insert=KEEPS, update=leads)
    walls.protect(ProjectMember, select=of_team, insert=led, delete=led)
    walls.protect(ProjectSignal, select=of_team, insert=KEEPS, delete=KEEPS)
    walls.protect(ProjectStep, select=of_team, insert=led, update=f"{led} OR {OWN_ACTION}")
    ours = "(organisation = openvis_organisation() AND followup_in_project(project_id))"
    walls.protect(Intervention, select=of_team, insert=led, update=f"{led} OR {ours}")
    under = walls.under(Intervention, "intervention_id")
    walls.protect(
        Consent, select=under, delete=under,
        insert=f"by_id = openvis_user() AND organisation = openvis_organisation() AND {under}",
    )
