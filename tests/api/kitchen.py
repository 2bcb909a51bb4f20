"""A firm with two kitchens, accounts of each role, and a client for each of them."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.testclient import TestClient

from alerts import life
from alerts.terms import LifeTerms
from api.app import create_app
from api.keys import fingerprint, new_token_secret
from api.passwords import Passwords
from api.ports import ApiToken, Role, User
from api.testing import ApiTwins
from domain.alert import Alert, AlertStep, Evidence
from domain.credit_code import CreditCode
from domain.ids import CameraId, EnterpriseId, SiteId, UserId
from domain.organisation import Camera, Enterprise, Site, Source
from domain.scope import Scope
from streams.ports import CameraCondition, StreamProperties, StreamState, StreamStatus
from tests.alerts.samples import sample_violation
from tests.support.pictures import ArrayPicture, make_frame

PASSWORD = "correct-horse-battery"
HASH = Passwords(ApiTwins.settings).hash(PASSWORD)
CAMERA_PASSWORD = "s3cret-of-the-camera"
OWN_PAGE = {"X-Requested-With": "brightkitchen"}

FIRM, OTHER_FIRM = EnterpriseId("enterprise-1"), EnterpriseId("enterprise-2")
SITE, SECOND_SITE, OTHER_SITE = SiteId("site-1"), SiteId("site-2"), SiteId("site-3")
CAMERA, SECOND_CAMERA, OTHER_CAMERA = CameraId("camera-1"), CameraId("camera-2"), CameraId("camera-3")
OWN_FIRM = Scope(enterprise_ids=frozenset({FIRM}))
ONE_SITE = Scope(site_ids=frozenset({SITE}))


class Kitchen:
    """Twins filled with a firm, another firm that nobody of the first may see, and an application over them."""

    def __init__(self, scratch: Path, *, terms: LifeTerms | None = None, **settings: Any) -> None:
        self.twins = ApiTwins(
            scratch=scratch,
            settings=ApiTwins.settings.model_copy(update=settings) if settings else ApiTwins.settings,
            terms=terms or LifeTerms(),
        )
        self._fill_registry()
        self._raised = 0
        self.app: FastAPI = create_app(self.twins.services())

    def reopened(self) -> None:
        """The application anew, over the twins as they are now."""
        self.app = create_app(self.twins.services())

    def _fill_registry(self) -> None:
        registry = self.twins.registry
        registry.add_enterprise(
            Enterprise(enterprise_id=FIRM, name="示例餐饮有限公司", credit_code=CreditCode.generated(1))
        )
        registry.add_enterprise(
            Enterprise(enterprise_id=OTHER_FIRM, name="另一家示例公司", credit_code=CreditCode.generated(2))
        )
        registry.add_site(Site(site_id=SITE, enterprise_id=FIRM, name="一号厨房"))
        registry.add_site(Site(site_id=SECOND_SITE, enterprise_id=FIRM, name="二号厨房"))
        registry.add_site(Site(site_id=OTHER_SITE, enterprise_id=OTHER_FIRM, name="别家厨房"))
        self.add_camera(CAMERA, SITE, "粗加工间")
        self.add_camera(SECOND_CAMERA, SECOND_SITE, "烹饪间")
        self.add_camera(OTHER_CAMERA, OTHER_SITE, "别家粗加工间")

    def add_camera(self, camera_id: CameraId, site_id: SiteId, name: str) -> Camera:
        source = Source(location=f"rtsp://viewer:{CAMERA_PASSWORD}@192.0.2.7:554/stream")
        camera = Camera(camera_id=camera_id, site_id=site_id, name=name, source=source)
        self.twins.registry.add_camera(camera)
        return camera

    def add_user(self, name: str, role: Role, scope: Scope | None = None, **changes: Any) -> User:
        user = User(
            user_id=UserId(f"user-{name}"),
            name=name,
            password_hash=HASH,
            role=role,
            scope=scope or Scope.everything(),
            is_active=True,
            must_change_password=False,
            created_at=self.twins.clock.now(),
        )
        user = replace(user, **changes)
        self.twins.accounts.add_user(user)
        return user

    def add_token(self, user: User, role: Role | None = None, **changes: Any) -> str:
        secret = new_token_secret()
        token = ApiToken(
            token_id=self.twins.new_id(),
            user_id=user.user_id,
            name="a program",
            secret_sha256=fingerprint(secret),
            role=role or user.role,
            created_at=self.twins.clock.now(),
            expires_at=None,
            last_used_at=None,
        )
        self.twins.accounts.add_token(replace(token, **changes))
        return secret

    def stranger(self) -> TestClient:
        return TestClient(self.app, base_url="http://kitchen.test")

    def client(self, role: Role = Role.ADMIN, scope: Scope | None = None, *, name: str | None = None) -> TestClient:
        """Somebody of that role with a token; made at the first call with that name."""
        name = name or f"{role.value}-{len(self.twins.accounts.list_users())}"
        user = self.twins.accounts.find_user(name) or self.add_user(name, role, scope)
        client = self.stranger()
        client.headers["Authorization"] = f"Bearer {self.add_token(user)}"
        return client

    def browser(self, role: Role = Role.ADMIN, scope: Scope | None = None, **changes: Any) -> TestClient:
        """Somebody of that role who logged in with a password, in a page of ours."""
        user = self.add_user(f"{role.value}-{len(self.twins.accounts.list_users())}", role, scope, **changes)
        client = self.stranger()
        answer = client.post("/api/v1/login", json={"name": user.name, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        client.headers.update(OWN_PAGE)
        return client

    def raise_alert(
        self,
        *,
        enterprise: EnterpriseId = FIRM,
        site: SiteId = SITE,
        camera: CameraId = CAMERA,
        evidence: tuple[Evidence, ...] = (),
        **violation: Any,
    ) -> Alert:
        """A new alert as the machine raises it: journal, feed and bell."""
        self._raised += 1
        alert_id = self.twins.new_id()
        alert = life.raise_alert(
            sample_violation(self._raised, camera_id=camera, **violation),
            alert_id=alert_id,  # type: ignore[arg-type]
            enterprise_id=enterprise,
            site_id=site,
            local_day=self.twins.clock.now().date(),
            evidence=[replace(piece, alert_id=alert_id) for piece in evidence],  # type: ignore[arg-type]
            now=self.twins.clock.now(),
        )
        self.record(alert, AlertStep.RAISED)
        return alert

    def record(self, alert: Alert, step: AlertStep) -> None:
        record, message = self.twins.messages.step(alert, step)
        self.twins.journal.record(alert, record, [message], alert.sequence - 1)
        self.twins.bell.ring()

    def show_picture(self, camera_id: CameraId = CAMERA, picture: ArrayPicture | None = None) -> None:
        """A frame taken now."""
        clock = self.twins.clock
        frame = make_frame(camera_id, picture=picture)
        self.twins.fleet.frames[camera_id] = replace(frame, captured_at=clock.now(), clock=clock.clock())
        self.twins.fleet.known[camera_id] = StreamStatus(
            camera_id=camera_id,
            state=StreamState.RUNNING,
            condition=CameraCondition.ONLINE,
            since=clock.now() - timedelta(minutes=5),
            cause=None,
            detail=None,
            properties=StreamProperties(codec="h264", width_px=1280, height_px=720, declared_fps=15.0),
            last_frame_at=clock.now(),
            frames_decoded=100,
            frames_analysed=30,
            frames_dropped=2,
            reconnects=0,
        )
