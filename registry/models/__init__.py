"""Every table, so that one import knows them all (Alembic and `create_all` need that)."""

from sqlmodel import SQLModel

from registry import db as _naming  # noqa: F401  (sets the naming convention before any table)
from registry.models.account import (
    ConflictOfInterest,
    MailedLink,
    Membership,
    Person,
    PersonData,
    PersonSalt,
    RoleGrant,
    SignInSession,
)
from registry.models.application import Application, ApplicationVersion, CasePart, Particulars
from registry.models.audit import Annotation, AuditEvent, AuditHead
from registry.models.certificate import Certificate, NumberGap, NumberRegister
from registry.models.evidence import EvidenceFile
from registry.models.log import LogCheckpoint, LogCosignature, LogEntry, LogHead, LogNode
from registry.models.message import OutboxMessage
from registry.models.organisation import Organisation, OrganisationData, OrganisationGroup
from registry.models.paper import CasePaper
from registry.models.portfolio import (
    LoanAnswers,
    LoanBook,
    LoanCorrection,
    LoanMapping,
    LoanProblem,
    LoanRow,
    LoanRun,
    LoanTotal,
)
from registry.models.reference import ReferenceImport
from registry.models.reissue import Reissue
from registry.models.reserve import Financing, Interest, ReserveEntry
from registry.models.restriction import (
    GroundBasis,
    ListChange,
    ListedMatch,
    ListVersion,
    LookUp,
    OrganisationIndexed,
    OrganisationKey,
    RestrictedEntry,
    RestrictedEntryData,
    RestrictedKey,
    RestrictedPart,
    RestrictedStatement,
)
from registry.models.restriction_bulk import RestrictedBulk
from registry.models.restriction_import import RestrictedImport
from registry.models.review import (
    Appeal,
    Assessment,
    Assignment,
    Decision,
    Finding,
    Judgement,
    Objection,
)
from registry.models.rulebook import (
    RulebookFile,
    RulebookImpact,
    RulebookImpactRow,
    RulebookPart,
    RulebookSignature,
    RulebookVersion,
)
from registry.models.screening import Clearance, ScreeningHit, ScreeningRun, StopRelease
from registry.models.screening_policy import ScreeningPolicy
from registry.models.watch import (
    WatchCursor,
    WatchedHit,
    WatchedKey,
    WatchedList,
    WatchedName,
)

for _table in SQLModel.metadata.tables.values():
    _table.dialect_options["sqlite"]["strict"] = True

__all__ = [
    "Annotation",
    "Appeal",
    "Application",
    "ApplicationVersion",
    "Assessment",
    "Assignment",
    "AuditEvent",
    "AuditHead",
    "CasePaper",
    "CasePart",
    "Certificate",
    "Clearance",
    "ConflictOfInterest",
    "Decision",
    "EvidenceFile",
    "Financing",
    "Finding",
    "GroundBasis",
    "Interest",
    "Judgement",
    "ListChange",
    "ListVersion",
    "ListedMatch",
    "LoanAnswers",
    "LoanBook",
    "LoanCorrection",
    "LoanMapping",
    "LoanProblem",
    "LoanRow",
    "LoanRun",
    "LoanTotal",
    "LogCheckpoint",
    "LogCosignature",
    "LogEntry",
    "LogHead",
    "LogNode",
    "LookUp",
    "MailedLink",
    "Membership",
    "NumberGap",
    "NumberRegister",
    "Objection",
    "Organisation",
    "OrganisationData",
    "OrganisationGroup",
    "OrganisationIndexed",
    "OrganisationKey",
    "OutboxMessage",
    "Particulars",
    "Person",
    "PersonData",
    "PersonSalt",
    "ReferenceImport",
    "Reissue",
    "ReserveEntry",
    "RestrictedBulk",
    "RestrictedEntry",
    "RestrictedEntryData",
    "RestrictedImport",
    "RestrictedKey",
    "RestrictedPart",
    "RestrictedStatement",
    "RoleGrant",
    "RulebookFile",
    "RulebookImpact",
    "RulebookImpactRow",
    "RulebookPart",
    "RulebookSignature",
    "RulebookVersion",
    "SQLModel",
    "ScreeningHit",
    "ScreeningPolicy",
    "ScreeningRun",
    "SignInSession",
    "StopRelease",
    "WatchCursor",
    "WatchedHit",
    "WatchedKey",
    "WatchedList",
    "WatchedName",
]
