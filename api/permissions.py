"""Who may do what: one table, read by every route and by the page.

Why so. A finding of a machine becomes a count in an enterprise's record only when a person confirms it, so the person
must not be one who gains or loses by the verdict: the enterprise's own **operator** acknowledges ("seen, we look after
it", with a note) and keeps cameras and zones right, and the **regulator** (the reviewing officer or third party)
confirms, dismisses or finds a lead unclear. A **viewer** reads. The **admin** may do everything: it could make itself a
regulator's account anyway, and refusing would only hide who did it; each verdict carries the account's name.

The operator also answers for the enterprise: it disputes what was confirmed, or says what was done about it. Who has
answered or reviewed an alert is kept from the other side of the same alert by `alerts.guards`, whatever the role.

How often a reviewer's verdicts agree with other reviewers' is for quality assurance, and shown to administrators only.

A taught head decides what becomes a lead. So the operator may give it examples, but those who judge put it live.
Trying a rule's numbers on recorded looks changes nothing, so both may; whoever puts other numbers into service has the
folder of the catalogue, and is no account at all.

Live stills and clips show faces; stored stills are masked before they are stored. So seeing unmasked pictures is a
permission of its own, and a viewer (a screen on a wall) does not have it. Whoever has it gives a reason for each clip,
which is written down; the **privacy** officer reads that log and the ledger of deletions, and sees nobody's face.

Readings of sensors raise leads about the enterprise by themselves, so they come from whoever runs its appliances: the
operator, for the places of its scope.

What an enterprise lets a third party read is its own to give: a token of such a grant holds one permission, which no
account has, and those who answer for the enterprise (not the authority) see grants and reads.

An index and the ledgers behind it are for the enterprise itself and the authority: a viewer does not see them. Records
are entered by officers alone; the desk asks for an account of the role regulator beside the permission, so an
administrator who holds everything still enters none.
"""

from enum import StrEnum

from api.ports import Role
from domain.scope import Scope


class Permission(StrEnum):
    """One thing that can be allowed. The scope says where it holds."""

    READ = "read"  # registry, camera status, alerts, masked evidence, counts, codes
    SEE_UNMASKED = "see_unmasked"  # live stills and clips: faces are visible there
    ACKNOWLEDGE = "acknowledge"
    JUDGE = "judge"  # confirm, dismiss, unclear; notify, verify, close
    ANSWER = "answer"  # for the enterprise: dispute, rectify
    SEE_AGREEMENT = "see_agreement"  # how often reviewers' verdicts agreed with other reviewers'
    MANAGE_CAMERAS = "manage_cameras"  # with their zones
    TEACH = "teach"  # heads: make them, add examples, have versions taught
    PUT_LIVE = "put_live"  # let a taught head judge, take it out of service
    TUNE = "tune"  # try numbers of rules on what cameras saw; changes nothing that is in service
    USE_LOCAL_SOURCES = "use_local_sources"  # a path makes the server read its own files
    DISCOVER = "discover"  # makes the server ask around in its network
    MANAGE_REGISTRY = "manage_registry"  # enterprises and sites
    READ_CREDIT = "read_credit"  # index, its reasons, ledgers, records
    SUPERVISE = "supervise"  # enter self-checks; what officers enter needs an officer beside it
    RECORD = "record"  # enter, publish and withdraw records: officers only
    MANAGE_ACCOUNTS = "manage_accounts"
    MANAGE_RECIPIENTS = "manage_recipients"  # who is told; a webhook carries alerts out of the house
    READ_METRICS = "read_metrics"
    HOLD = "hold"  # keep an alert's evidence for the law, and let it go again
    READ_LEDGERS = "read_ledgers"  # what was deleted, who looked at unmasked originals
    SEND_READINGS = "send_readings"  # what sensors of one's places measured
    INGEST = "ingest"  # report alerts as a node: no person's role has it
    READ_EXTRACT = "read_extract"  # what an enterprise granted to the holder of one token: no role has it either


TABLE: dict[Role, frozenset[Permission]] = {
    Role.VIEWER: frozenset({Permission.READ}),
    Role.OPERATOR: frozenset(
        {
            Permission.READ,
            Permission.SEE_UNMASKED,
            Permission.ACKNOWLEDGE,
            Permission.ANSWER,
            Permission.MANAGE_CAMERAS,
            Permission.READ_CREDIT,
            Permission.SUPERVISE,
            Permission.TEACH,
            Permission.TUNE,
            Permission.READ_METRICS,
            Permission.SEND_READINGS,
        }
    ),
    Role.REGULATOR: frozenset(
        {
            Permission.READ,
            Permission.SEE_UNMASKED,
            Permission.ACKNOWLEDGE,
            Permission.JUDGE,
            Permission.READ_CREDIT,
            Permission.SUPERVISE,
            Permission.RECORD,
            Permission.TEACH,
            Permission.TUNE,
            Permission.PUT_LIVE,
            Permission.HOLD,
            Permission.READ_METRICS,
        }
    ),
    Role.PRIVACY: frozenset({Permission.READ, Permission.READ_LEDGERS}),
    Role.ADMIN: frozenset(Permission) - {Permission.INGEST, Permission.READ_EXTRACT},
}

# These reach beyond any one enterprise: who is scoped to a part cannot hold them for the whole.
ONLY_WITH_EVERYTHING = frozenset(
    {
        Permission.MANAGE_REGISTRY,
        Permission.MANAGE_ACCOUNTS,
        Permission.READ_METRICS,
        Permission.SEE_AGREEMENT,
        Permission.USE_LOCAL_SOURCES,
        Permission.DISCOVER,
    }
)


def permissions_of(role: Role, scope: Scope) -> frozenset[Permission]:
    """What an account of that role and scope may do."""
    allowed = TABLE[role]
    return allowed if scope.is_everything else allowed - ONLY_WITH_EVERYTHING


def is_no_higher(role: Role, owner: Role) -> bool:
    """Tell whether a token of `role` may be made by an owner of that role: it allows nothing the owner may not."""
    return TABLE[role] <= TABLE[owner]
