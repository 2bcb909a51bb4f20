"""What a first start puts into an empty database: an administrator, and the cameras named on the command line."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from api.account_log import AT_THE_MACHINE, AccountAct, AccountDeed
from api.errors import AccountClosedError
from api.factor_ports import SecondFactors
from api.passwords import Passwords, one_time_password
from api.ports import Accounts, Role, User
from credit.ports import Registry
from domain.credit_code import CreditCode
from domain.ids import CameraId, EnterpriseId, SiteId, UserId
from domain.organisation import Camera, Enterprise, Site, Source
from domain.scope import Scope

ADMIN_NAME = "admin"

# Fixed ids, so that a second start finds what the first one made. They are valid UUIDs of version 7 from 1970.
_LOCAL_ENTERPRISE = EnterpriseId("00000000-0000-7000-8000-000000000001")
_LOCAL_SITE = SiteId("00000000-0000-7000-8000-000000000002")


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstAdmin:
    """The administrator made at the first start; `password` is shown once and stored nowhere."""

    name: str
    password: str


def ensure_admin(
    accounts: Accounts,
    passwords: Passwords,
    *,
    new_id: Callable[[], str],
    now: datetime,
    preset_password: str | None,
) -> FirstAdmin | None:
    """Make an administrator if there is no account yet.

    With a preset password (from the environment, for unattended installation) nothing is shown; without one
    a random password is made that must be changed at the first login.
    """
    if accounts.list_users():
        return None
    password = preset_password or one_time_password()
    accounts.add_user(
        User(
            user_id=UserId(new_id()),
            name=ADMIN_NAME,
            password_hash=passwords.hash(password),
            role=Role.ADMIN,
            scope=Scope.everything(),
            is_active=True,
            must_change_password=preset_password is None,
            created_at=now,
        )
    )
    return None if preset_password else FirstAdmin(name=ADMIN_NAME, password=password)


def reset_password(accounts: Accounts, passwords: Passwords, name: str, now: datetime) -> str | None:
    """A new one-time password for the account, or None if there is no such account. Ends its sessions.

    What others change of the account meanwhile stays. Raises AccountClosedError.
    """
    user = accounts.find_user(name)
    if user is None:
        return None
    password = one_time_password()
    deed = _at_the_machine(AccountAct.PASSWORD_RESET, user, now)
    if accounts.set_password(user.user_id, passwords.hash(password), must_change=True, deed=deed) is None:
        raise AccountClosedError(user.name)
    return password


def reset_second_factor(accounts: Accounts, factors: SecondFactors, name: str, now: datetime) -> bool | None:
    """Take the account's second factor away and end its sessions; None: no such account, False: it has none."""
    user = accounts.find_user(name)
    if user is None:
        return None
    return factors.remove(user.user_id, _at_the_machine(AccountAct.FACTOR_RESET, user, now))


def _at_the_machine(act: AccountAct, user: User, now: datetime) -> AccountDeed:
    return AccountDeed(
        at=now, act=act, actor_id=None, actor_name=AT_THE_MACHINE, user_id=user.user_id, user_name=user.name
    )


def ensure_local_cameras(registry: Registry, locations: Sequence[str], *, new_id: Callable[[], str]) -> list[Camera]:
    """Cameras named on the command line, in a site of their own; one that is there already is taken as it is."""
    if not locations:
        return []
    _ensure_site(
        registry,
        Enterprise(enterprise_id=_LOCAL_ENTERPRISE, name="本机 (unregistered)", credit_code=CreditCode.generated(1)),
        Site(site_id=_LOCAL_SITE, enterprise_id=_LOCAL_ENTERPRISE, name="本机 (this machine)"),
    )
    known = {camera.source.location: camera for camera in registry.list_cameras(Scope.everything(), _LOCAL_SITE)}
    taken = {camera.name for camera in known.values()}
    cameras = []
    for location in dict.fromkeys(locations):
        camera = known.get(location)
        if camera is None:
            camera = Camera(
                camera_id=CameraId(new_id()),
                site_id=_LOCAL_SITE,
                name=_free_name(taken),
                source=Source(location=location),
            )
            registry.add_camera(camera)
        taken.add(camera.name)
        cameras.append(camera)
    return cameras


def _ensure_site(registry: Registry, enterprise: Enterprise, site: Site) -> None:
    everything = Scope.everything()
    if registry.get_enterprise(enterprise.enterprise_id, everything) is None:
        registry.add_enterprise(enterprise)
    if registry.get_site(site.site_id, everything) is None:
        registry.add_site(site)


def _free_name(taken: set[str]) -> str:
    number = len(taken) + 1
    while f"camera-{number}" in taken:
        number += 1
    return f"camera-{number}"
