// A new camera in three steps: where it is, what it shows, which zones its picture has.

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Steps } from "antd";
import { type FormEvent, useState } from "react";
import { Link, useNavigate } from "react-router";
import {
  api,
  type CameraView,
  type FoundDevice,
  isProblem,
  type Me,
  type OfferedStream,
  Problem,
  type Transport,
  taken,
} from "../api/client";
import { transportValues } from "../api/generated/schema";
import { useSites, useStatuses } from "../api/queries";
import { useSay } from "../shell/preferences";
import { causeName } from "../words/names";
import type { Say } from "../words/say";
import "../styles/cameras.css";
import { withLogin } from "./address";
import { statusAmong } from "./condition";
import { Picture } from "./picture";
import { isToBeLookedAt, PlaceCheck } from "./place";
import { readZones } from "./store-zones";
import { ZoneEditor } from "./zone-editor";

export default function NewCamera({ me }: { me: Me }) {
  const say = useSay();
  const [camera, setCamera] = useState<CameraView | null>(null);
  const [isConfirmed, setConfirmed] = useState(false);
  const step = camera === null ? 0 : isConfirmed ? 2 : 1;
  if (!me.permissions.includes("manage_cameras"))
    return <p className="card empty">{say("您的账户不能添加摄像机。", "Your account may not add cameras.")}</p>;
  return (
    <div className="wizard">
      <Link className="quiet back" to="/cameras">
        {say("← 全部摄像机", "← All cameras")}
      </Link>
      <h1>{say("添加摄像机", "Add a camera")}</h1>
      <Steps
        size="small"
        current={step}
        items={[{ title: say("地址", "Address") }, { title: say("画面", "Picture") }, { title: say("区域", "Zones") }]}
      />
      {camera === null && <Address me={me} added={setCamera} />}
      {camera !== null && !isConfirmed && (
        <FirstPicture
          camera={camera}
          me={me}
          judged={setCamera}
          confirmed={() => setConfirmed(true)}
          dropped={() => setCamera(null)}
        />
      )}
      {camera !== null && isConfirmed && <Zones camera={camera} me={me} />}
    </div>
  );
}

function Address({ me, added }: { me: Me; added: (camera: CameraView) => void }) {
  const say = useSay();
  const client = useQueryClient();
  const { data: sites = [] } = useSites();
  const [location, setLocation] = useState("");
  const [smaller, setSmaller] = useState<string | null>(null);
  const [fault, setFault] = useState("");
  const [isBusy, setBusy] = useState(false);
  const send = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    setBusy(true);
    setFault("");
    try {
      const camera = await taken(
        api.POST("/api/v1/cameras", {
          body: {
            site_id: String(given.get("site")),
            name: String(given.get("name")),
            source: { location, transport: String(given.get("transport")) as Transport, pace: "live", loops: false },
            analysed_fps: 5,
            is_enabled: true,
            ...(smaller ? { analysis_location: smaller } : {}),
          },
        }),
      );
      void client.invalidateQueries({ queryKey: ["cameras"] });
      added(camera);
    } catch (error) {
      setFault(wordsFor(say, error));
      setBusy(false);
    }
  };
  return (
    <>
      {me.permissions.includes("discover") && (
        <Discovery
          choose={(stream, small) => {
            setLocation(stream);
            setSmaller(small);
          }}
        />
      )}
      <form className="card pad form" id="camera-form" onSubmit={(event) => void send(event)}>
        <label>
          {say("场所", "Site")}
          <select name="site" required>
            {sites.map((site) => (
              <option key={site.site_id} value={site.site_id}>
                {site.name}
              </option>
            ))}
          </select>
        </label>
        <label>
          {say("名称", "Name")}
          <input
            name="name"
            required
            maxLength={100}
            placeholder={say("例如：粗加工间", "such as: preparation room")}
            autoComplete="off"
          />
        </label>
        <label>
          {say("地址（密码不会再显示）", "Address (its password is never shown again)")}
          <input
            name="location"
            required
            maxLength={2000}
            value={location}
            onChange={(event) => {
              setLocation(event.target.value);
              setSmaller(null);
            }}
            placeholder="rtsp://user:password@192.168.1.20/stream"
            autoComplete="off"
            spellCheck={false}
          />
        </label>
        {smaller && <p className="soft small">{say("分析较小的子码流。", "The smaller stream is analysed.")}</p>}
        <label>
          {say("传输", "Transport")}
          <select name="transport" defaultValue="auto">
            {transportValues.map((one) => (
              <option key={one} value={one}>
                {one === "auto" ? say("自动", "automatic") : one.toUpperCase()}
              </option>
            ))}
          </select>
        </label>
        <p className="fault" role="alert">
          {fault}
        </p>
        <Button type="primary" htmlType="submit" loading={isBusy}>
          {say("连接", "Connect")}
        </Button>
      </form>
    </>
  );
}

function wordsFor(say: Say, error: unknown): string {
  if (isProblem(error, "busy"))
    return say("正在搜索，请稍候再试。", "A search is going on already; try again in a moment.");
  if (error instanceof Problem && error.status === 0) return say("无法连接服务。", "The service cannot be reached.");
  return error instanceof Error ? error.message : String(error);
}

// Cameras that answer in the network. What they say of themselves nobody has checked.
function Discovery({ choose }: { choose: (location: string, smaller: string | null) => void }) {
  const say = useSay();
  const [found, setFound] = useState<FoundDevice[] | null>(null);
  const [device, setDevice] = useState<FoundDevice | null>(null);
  const [streams, setStreams] = useState<{ items: OfferedStream[]; analysis: string | null } | null>(null);
  const [login, setLogin] = useState({ user: "", password: "" });
  const [fault, setFault] = useState("");
  const [isBusy, setBusy] = useState(false);
  const run = async (work: () => Promise<void>) => {
    setBusy(true);
    setFault("");
    await work().catch((error: unknown) => setFault(wordsFor(say, error)));
    setBusy(false);
  };
  const search = () =>
    run(async () => {
      setDevice(null);
      setStreams(null);
      setFound((await taken(api.POST("/api/v1/cameras/discover"))).items);
    });
  const ask = (event: FormEvent) => {
    event.preventDefault();
    void run(async () => {
      const body = { service: device?.service ?? "", ...login };
      const offered = await taken(api.POST("/api/v1/cameras/discover/streams", { body }));
      setStreams({ items: offered.items, analysis: offered.analysis });
    });
  };
  return (
    <section className="card pad discovery">
      <div className="line">
        <h2>{say("在网络中查找", "Look around in the network")}</h2>
        <Button id="discover" loading={isBusy && device === null} onClick={() => void search()}>
          {say("搜索摄像机", "Search for cameras")}
        </Button>
      </div>
      {found?.length === 0 && (
        <p className="soft">
          {say("没有摄像机应答（ONVIF）。请在下方填写地址。", "No camera answered (ONVIF). Enter its address below.")}
        </p>
      )}
      <ul className="bare">
        {found?.map((one) => (
          <li key={`${one.host} ${one.service}`} className="line">
            <span>
              <strong>{one.name ?? one.host}</strong>{" "}
              <span className="soft small">{[one.host, one.hardware, one.location].filter(Boolean).join(" · ")}</span>
            </span>
            <button
              type="button"
              className="plain"
              disabled={one.service === null}
              aria-pressed={device === one}
              onClick={() => setDevice(one)}
            >
              {say("选择", "Choose")}
            </button>
          </li>
        ))}
      </ul>
      {device && (
        <form className="form inline" onSubmit={ask}>
          <label>
            {say("摄像机用户名", "The camera's user")}
            <input
              value={login.user}
              onChange={(event) => setLogin({ ...login, user: event.target.value })}
              autoComplete="off"
            />
          </label>
          <label>
            {say("摄像机密码", "The camera's password")}
            <input
              type="password"
              value={login.password}
              onChange={(event) => setLogin({ ...login, password: event.target.value })}
              autoComplete="off"
            />
          </label>
          <Button htmlType="submit" loading={isBusy}>
            {say("查询码流", "Ask for its streams")}
          </Button>
        </form>
      )}
      <ul className="bare">
        {streams?.items.map((stream) => (
          <li key={stream.location} className="line">
            <span>
              {stream.name}{" "}
              <span className="soft small">
                {[stream.codec, stream.width_px && `${stream.width_px}×${stream.height_px}`]
                  .filter(Boolean)
                  .join(" · ")}
              </span>
            </span>
            <button
              type="button"
              className="plain"
              onClick={() => {
                const small = streams.analysis && streams.analysis !== stream.location ? streams.analysis : null;
                choose(withLogin(stream.location, login), small && withLogin(small, login));
              }}
            >
              {say("使用", "Use it")}
            </button>
          </li>
        ))}
      </ul>
      <p className="fault" role="alert">
        {fault}
      </p>
    </section>
  );
}

interface FirstPictureProps {
  camera: CameraView;
  me: Me;
  judged: (camera: CameraView) => void;
  confirmed: () => void;
  dropped: () => void;
}

// Is this the right camera, and is its picture good enough? A person says so before anything is judged by it.
function FirstPicture({ camera, me, judged, confirmed, dropped }: FirstPictureProps) {
  const say = useSay();
  const client = useQueryClient();
  const told = useStatuses();
  const status = statusAmong(told.data, told.isAwaited, camera.camera_id);
  const [fault, setFault] = useState("");
  const remove = async () => {
    setFault("");
    const params = { path: { camera_id: camera.camera_id }, header: { "if-match": `"${camera.version}"` } };
    try {
      await taken(api.DELETE("/api/v1/cameras/{camera_id}", { params }));
    } catch (error) {
      if (!(error instanceof Problem && error.status === 404)) {
        setFault(error instanceof Error ? error.message : String(error));
        return;
      }
    }
    void client.invalidateQueries({ queryKey: ["cameras"] });
    dropped();
  };
  const dropping = (
    <>
      <Button danger id="drop-camera" onClick={() => void remove()}>
        {say("地址不对，删除并重填", "Wrong address: delete it and start again")}
      </Button>
      {fault && (
        <span className="fault" role="alert">
          {say("没有删除：", "Not deleted: ")}
          {fault}
        </span>
      )}
    </>
  );
  if (isToBeLookedAt(camera))
    return (
      <section className="card pad first-picture">
        <h2>{say(`${camera.name}：先看首帧画面`, `${camera.name}: look at its first picture`)}</h2>
        <PlaceCheck
          camera={camera}
          me={me}
          isOpen
          judged={(stored) => {
            judged(stored);
            if (stored.place.standing === "confirmed") confirmed();
          }}
        />
        <div className="actions">
          <Link className="button" to={`/cameras/${camera.camera_id}`}>
            {say("以后再确认", "Confirm it later")}
          </Link>
          {dropping}
        </div>
      </section>
    );
  return (
    <section className="card pad first-picture">
      <h2>{say(`${camera.name}：这是正确的画面吗？`, `${camera.name}: is this the right picture?`)}</h2>
      <Picture camera={camera} status={status} mayLook={me.permissions.includes("see_unmasked")} />
      <p className="soft" role="status">
        {status?.has_fresh_picture
          ? say("请确认：方向正确、画面清楚、没有遮挡。", "Look: is it the right place, sharp, and not covered?")
          : status?.cause
            ? say(`尚无画面：${causeName(say, status.cause)}`, `No picture yet: ${causeName(say, status.cause)}`)
            : say("正在等待第一帧画面…", "Waiting for the first picture…")}
      </p>
      <div className="actions">
        <Button type="primary" id="confirm-picture" disabled={!status?.has_fresh_picture} onClick={confirmed}>
          {say("画面正确，下一步", "It is; go on")}
        </Button>
        <Button id="skip-picture" onClick={confirmed}>
          {say("先不看画面，继续", "Go on without a picture")}
        </Button>
        {dropping}
      </div>
    </section>
  );
}

function Zones({ camera, me }: { camera: CameraView; me: Me }) {
  const say = useSay();
  const navigate = useNavigate();
  const told = useStatuses();
  const { data: zones } = useQuery({
    queryKey: ["zones", camera.camera_id],
    queryFn: () => readZones(camera.camera_id),
  });
  return (
    <section className="card pad">
      <h2>{say("在画面上画出区域", "Draw zones on the picture")}</h2>
      <p className="soft">
        {say(
          "有些规则只在某类区域内适用，例如专间内必须戴口罩。",
          "Some rules hold in certain zones only: in a special room, say, a mask is a duty.",
        )}
      </p>
      {zones && (
        <ZoneEditor
          camera={camera}
          status={statusAmong(told.data, told.isAwaited, camera.camera_id)}
          zones={zones}
          mayChange
          mayLook={me.permissions.includes("see_unmasked")}
        />
      )}
      <Button id="finish" onClick={() => navigate(`/cameras/${camera.camera_id}`)}>
        {say("完成", "Done")}
      </Button>
    </section>
  );
}
