// A new head: which part of the picture, which states, and whether one of them breaks a rule.

import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type PointerEvent, useState } from "react";
import { useNavigate } from "react-router";
import { api, type CameraView, type Point, type ToldStatus, taken, type ZoneView } from "../api/client";
import { useCodes } from "../api/queries";
import { Picture } from "../cameras/picture";
import { at } from "../cameras/zones";
import { useSay } from "../shell/preferences";
import { nameOf } from "../words/names";
import { deedFault, useCameraCodes } from "./queries";
import { cornersOf, edge, isWide, points, type Room, spanned, WHOLE } from "./region";
import { MOST_STATES, statesFault, suggested } from "./states";

const DRAWN = "drawn";

interface NewHeadProps {
  camera: CameraView;
  status: ToldStatus;
  zones: readonly ZoneView[];
  zoneId: string | null;
  mayLook: boolean;
  dropped: () => void;
}

export function NewHead({ camera, status, zones, zoneId, mayLook, dropped }: NewHeadProps) {
  const say = useSay();
  const client = useQueryClient();
  const go = useNavigate();
  const { data: taught = [] } = useCameraCodes(camera.camera_id);
  const { data: codes = [] } = useCodes();
  const [place, setPlace] = useState(zones.some((zone) => zone.zone_id === zoneId) && zoneId ? zoneId : DRAWN);
  const [room, setRoom] = useState<Room>(WHOLE);
  const [code, setCode] = useState("");
  const [states, setStates] = useState<string[]>(["", ""]);
  const [breach, setBreach] = useState(0);
  const [keepsCrops, setKeepsCrops] = useState(false);
  const [fault, setFault] = useState("");
  const [isBusy, setBusy] = useState(false);
  const zone = zones.find((one) => one.zone_id === place);
  const corners = zone?.corners ?? cornersOf(room);
  const chooseCode = (chosen: string) => {
    setCode(chosen);
    setStates(suggested(say, chosen));
    setBreach(0);
  };
  const send = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const names = states.map((state) => state.trim());
    const wrong =
      statesFault(say, names) || (!zone && !isWide(room) ? say("所选区域太小。", "The part is too small.") : "");
    setFault(wrong);
    if (wrong) return;
    setBusy(true);
    try {
      const head = await taken(
        api.POST("/api/v1/heads", {
          body: {
            name: String(new FormData(event.currentTarget).get("name")).trim(),
            states: names,
            camera_id: camera.camera_id,
            corners: [...corners],
            keeps_crops: keepsCrops,
            ...(code ? { code, breach_state: names[breach] ?? null } : {}),
          },
        }),
      );
      await client.invalidateQueries({ queryKey: ["heads"] });
      void go(`/cameras/${camera.camera_id}/teach/${head.head_id}`);
    } catch (error) {
      setFault(deedFault(say, error));
      setBusy(false);
    }
  };
  return (
    <form className="card pad new-head" id="head-form" onSubmit={(event) => void send(event)}>
      <div>
        <h2>{say("1 · 选画面上的一处", "1 · A part of the picture")}</h2>
        <Picture camera={camera} status={status} mayLook={mayLook}>
          <RoomPlane
            corners={corners}
            draw={(drawn) => {
              setPlace(DRAWN);
              setRoom(drawn);
            }}
          />
        </Picture>
        <p className="soft small">
          {say(
            "先点一角，再点对角；要把打开的桶盖也框进去，宽高不少于约 40 像素。",
            "Click one corner, then the opposite one. Leave room for the open lid; at least some 40 pixels wide and high.",
          )}
        </p>
        <label>
          {say("区域", "Part")}{" "}
          <select name="place" value={place} onChange={(event) => setPlace(event.target.value)}>
            <option value={DRAWN}>{say("在画面上框选", "drawn on the picture")}</option>
            {zones.map((one) => (
              <option key={one.zone_id} value={one.zone_id}>
                {say(`区域：${one.name}`, `zone: ${one.name}`)}
              </option>
            ))}
          </select>
        </label>
        {place === DRAWN && <Edges room={room} set={setRoom} />}
      </div>
      <div className="form">
        <h2>{say("2 · 状态", "2 · The states")}</h2>
        <label>
          {say("名称", "Name")}
          <input
            name="name"
            required
            maxLength={100}
            placeholder={say("例如：门边垃圾桶", "such as: bin by the door")}
          />
        </label>
        <label>
          {say("判断哪条规则", "Which rule it judges")}
          <select name="code" value={code} onChange={(event) => chooseCode(event.target.value)}>
            <option value="">{say("不报警，仅供查询", "none: it answers when asked")}</option>
            {taught
              .filter((one) => one.can_be_taught)
              .map((one) => {
                const known = codes.find((each) => each.code === one.code);
                return (
                  <option key={one.code} value={one.code}>
                    {known ? nameOf(say, known) : one.code}
                  </option>
                );
              })}
          </select>
        </label>
        {states.map((state, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a state is its place until it has a name
          <div className="state-line" key={place}>
            <input
              aria-label={say(`状态 ${place + 1}`, `State ${place + 1}`)}
              value={state}
              maxLength={100}
              onChange={(event) => setStates(states.with(place, event.target.value))}
            />
            {code && (
              <label className="check">
                <input type="radio" name="breach" checked={breach === place} onChange={() => setBreach(place)} />
                {say("违反规则", "breaks the rule")}
              </label>
            )}
            {states.length > 2 && (
              <button
                type="button"
                className="quiet"
                aria-label={say(`去掉状态 ${place + 1}`, `Drop state ${place + 1}`)}
                onClick={() => {
                  setStates(states.toSpliced(place, 1));
                  setBreach(0);
                }}
              >
                ✕
              </button>
            )}
          </div>
        ))}
        {states.length < MOST_STATES && (
          <button type="button" className="quiet" onClick={() => setStates([...states, ""])}>
            {say("＋ 再加一种状态", "+ One more state")}
          </button>
        )}
        <label className="check">
          <input
            type="checkbox"
            name="keeps"
            checked={keepsCrops}
            onChange={(event) => setKeepsCrops(event.target.checked)}
          />
          {say("保留示例截图（先遮挡人脸），便于核对", "Keep the cut-outs (faces masked first), to check them")}
        </label>
        <p className="soft small">
          {say(
            "截图属于个人信息；不保留时只存数字特征，仍可训练。",
            "Cut-outs are personal data. Without them only numbers are kept, which suffice for teaching.",
          )}
        </p>
        <p className="fault" role="alert">
          {fault}
        </p>
        <div className="actions">
          <button type="submit" className="plain main" disabled={isBusy}>
            {say("下一步：点选示例", "Next: examples")}
          </button>
          <button type="button" className="plain" onClick={dropped}>
            {say("取消", "Cancel")}
          </button>
        </div>
      </div>
    </form>
  );
}

// Two clicks make a room. Who has no pointer uses the numbers below the picture.
function RoomPlane({ corners, draw }: { corners: readonly Point[]; draw: (room: Room) => void }) {
  const say = useSay();
  const [first, setFirst] = useState<Point | null>(null);
  const [now, setNow] = useState<Point | null>(null);
  const place = (event: PointerEvent<SVGSVGElement>): Point => {
    const area = event.currentTarget.getBoundingClientRect();
    return at((event.clientX - area.left) / area.width, (event.clientY - area.top) / area.height);
  };
  const click = (event: PointerEvent<SVGSVGElement>) => {
    if (event.button !== 0) return;
    const point = place(event);
    if (first === null) setFirst(point);
    else {
      draw(spanned(first, point));
      setFirst(null);
    }
    setNow(null);
  };
  const shown = first && now ? cornersOf(spanned(first, now)) : corners;
  return (
    <svg
      className="plane drawing"
      viewBox="0 0 1000 1000"
      preserveAspectRatio="none"
      role="img"
      aria-label={say("所选区域", "The chosen part")}
      onPointerDown={click}
      onPointerMove={(event) => first && setNow(place(event))}
    >
      <polygon className="zone chosen" points={points(shown)} />
      {first && <path className="corner first" d={`M${first.x * 1000} ${first.y * 1000}h0`} />}
    </svg>
  );
}

function Edges({ room, set }: { room: Room; set: (room: Room) => void }) {
  const say = useSay();
  const names: [keyof Room, string][] = [
    ["left", say("左", "Left")],
    ["top", say("上", "Top")],
    ["right", say("右", "Right")],
    ["bottom", say("下", "Bottom")],
  ];
  return (
    <div className="edges">
      {names.map(([name, words]) => (
        <label key={name}>
          {words} %
          <input
            type="number"
            name={name}
            min={0}
            max={100}
            step={0.5}
            value={Math.round(room[name] * 1000) / 10}
            onChange={(event) => set(edge(room, name, event.target.valueAsNumber))}
          />
        </label>
      ))}
    </div>
  );
}
