"""What is kept about signals after weighing: RIEC meetings, projects, and what waits for a case."""

from .cases import CaseHandOver
from .meetings import Contribution, Decision, Meeting, MeetingAction, Participant, TabledItem
from .projects import Consent, Intervention, Project, ProjectMember, ProjectSignal, ProjectStep

__all__ = [
    "CaseHandOver", "Consent", "Contribution", "Decision", "Intervention", "Meeting", "MeetingAction", "Participant",
    "Project", "ProjectMember", "ProjectSignal", "ProjectStep", "TabledItem",
]
