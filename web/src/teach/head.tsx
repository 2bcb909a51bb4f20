// One head: examples clicked on the current picture, its versions with their accuracy, and who did what.

import { useState } from "react";
import { Link } from "react-router";
import { api, type CameraView, type Me, Problem, type ToldStatus, taken } from "../api/client";
import { Picture } from "../cameras/picture";
import { useSay } from "../shell/preferences";
import { clockTime, unavailable } from "../words/say";
import { actName, doubtName, originName } from "../words/teach";
import { type Deed, deedFault, type Example, type HeadDetail, useDeed, useHead } from "./queries";
import { points } from "./region";
import { ASKED, canBeTaught } from "./states";
import { CodeWords, HeadBadge } from "./teach";
import { Versions } from "./versions";

interface OneHeadProps {
  headId: string;
  camera: CameraView;
  status: ToldStatus;
  me: Me;
}

export function OneHead({ headId, camera, status, me }: OneHeadProps) {
  const say = useSay();
  const { data: head, error } = useHead(headId);
  const deed = useDeed(headId);
  if (error && !head)
    return (
      <p className="card empty" role="alert">
        {error instanceof Problem && error.status === 404
          ? say("没有这项示教。", "There is no such taught state.")
          : unavailable(say)}
      </p>
    );
  if (!head) return <p className="loading soft">{say("正在载入…", "Loading…")}</p>;
  const mayTeach = me.permissions.includes("teach");
  const act = (wanted: Deed) => deed.mutate(wanted);
  const taken = deed.isSuccess && deed.variables.do === "example" ? deed.variables.state : null;
  return (
    <div className="teach" data-head={head.name}>
      <Link className="quiet back" to={`/cameras/${camera.camera_id}/teach`}>
        ← {say("示教", "Taught states")} · {camera.name}
      </Link>
      <div className="heading">
        <h1>{head.name}</h1>
        <HeadBadge head={head} />
      </div>
      <p className="soft">
        <CodeWords head={head} /> · <InUse head={head} />
      </p>
      <div className="teach-desk">
        <section className="card pad">
          <Picture camera={camera} status={status} mayLook={me.permissions.includes("see_unmasked")}>
            <svg className="plane" viewBox="0 0 1000 1000" preserveAspectRatio="none" aria-hidden="true">
              {head.corners && <polygon className="zone chosen" points={points(head.corners)} />}
            </svg>
          </Picture>
          {mayTeach && head.is_usable && (
            <>
              <h2>{say("此刻框内是哪种状态？", "Which state does the marked part show now?")}</h2>
              <div className="actions calls">
                {head.states.map((state) => (
                  <button
                    key={state}
                    type="button"
                    className="plain main call"
                    data-state={state}
                    disabled={deed.isPending || !status?.has_fresh_picture}
                    onClick={() => act({ do: "example", state })}
                  >
                    {say(`这是“${state}”`, `This is “${state}”`)}
                  </button>
                ))}
              </div>
              <p className={deed.error ? "fault" : "soft"} role="status">
                {deed.error && deedFault(say, deed.error)}
                {taken !== null && say(`已添加“${taken}”的一个示例。`, `One example of “${taken}” was added.`)}
              </p>
              <p className="soft small">
                {say(
                  "取点击那一刻摄像机的画面。请在一天的不同时段来取：晨光、灯光、蒸汽、旁边有人、桶挪了位置；接连几帧只算一个。",
                  "It takes the camera's picture of that moment. Come back at other hours: morning light, lamps, steam, somebody beside it, the bin moved. Frames a moment apart count once.",
                )}
              </p>
            </>
          )}
          {head.newest_version !== null && mayTeach && head.is_usable && <AskNow headId={headId} />}
        </section>
        <section className="card pad">
          <h2>{say("示例", "Examples")}</h2>
          {head.states.map((state) => (
            <StateExamples key={state} head={head} state={state} mayTeach={mayTeach} act={act} />
          ))}
          {mayTeach && (
            <div className="actions">
              <button
                type="button"
                className="plain main"
                id="teach"
                disabled={deed.isPending || !head.is_usable || !canBeTaught(head.example_counts)}
                onClick={() => act({ do: "teach" })}
              >
                {head.newest_version === null
                  ? say("训练", "Teach")
                  : say("用现有示例再训练一版", "Teach a new version")}
              </button>
              <span className="soft small">
                {canBeTaught(head.example_counts)
                  ? say("训练不影响正在使用的版本。", "Teaching changes nothing that is in service.")
                  : say("每种状态至少两个示例才能训练。", "Teaching needs two examples of each state.")}
              </span>
            </div>
          )}
        </section>
      </div>
      {head.versions.length > 0 && <Versions head={head} me={me} act={act} isBusy={deed.isPending} />}
      <History head={head} />
    </div>
  );
}

function InUse({ head }: { head: HeadDetail }) {
  const say = useSay();
  if (head.status !== "live") return say("现在不参与判断", "judges nothing now");
  if (head.in_use === null) return say("此刻无人分析这台摄像机，未作判断", "nobody watches its camera now: not judged");
  if (head.in_use.version === null) return say("已上线，尚未生效", "live, not in effect yet");
  return say(`正以第 ${head.in_use.version} 版判断`, `judges by version ${head.in_use.version}`);
}

interface StateExamplesProps {
  head: HeadDetail;
  state: string;
  mayTeach: boolean;
  act: (deed: Deed) => void;
}

function StateExamples({ head, state, mayTeach, act }: StateExamplesProps) {
  const say = useSay();
  const examples = head.examples.filter((one) => one.state === state);
  const asked = Math.max(ASKED.least, head.least_examples);
  const isEnough = examples.length >= asked;
  return (
    <div className="state-examples" data-state={state} data-count={examples.length}>
      <div className="line">
        <h3>
          {state}
          {state === head.breach_state && (
            <span className="badge warn">{say("违反规则的状态", "breaks the rule")}</span>
          )}
        </h3>
        <span className={isEnough ? "badge good" : "badge"}>
          {examples.length}
          {say(
            isEnough ? ` 个（建议不超过 ${ASKED.most}）` : ` / 至少 ${asked} 个`,
            isEnough ? ` (up to ${ASKED.most} is plenty)` : ` of at least ${asked}`,
          )}
        </span>
      </div>
      <progress max={asked} value={Math.min(asked, examples.length)} aria-label={say("示例数", "Examples")} />
      <ul className="bare samples">
        {examples.map((one) => (
          <Sample key={one.example_id} head={head} example={one} forget={mayTeach ? act : undefined} />
        ))}
      </ul>
    </div>
  );
}

interface SampleProps {
  head: HeadDetail;
  example: Example;
  forget: ((deed: Deed) => void) | undefined;
}

export function Sample({ head, example, forget }: SampleProps) {
  const say = useSay();
  const when = clockTime(say, example.at);
  return (
    <li className="sample" title={`${example.taught_by_name} · ${originName(say, example.origin)}`}>
      {example.has_crop && (
        <img
          loading="lazy"
          src={`/api/v1/heads/${head.head_id}/examples/${example.example_id}/crop.jpg`}
          alt={say(`“${example.state}”的示例，${when}`, `An example of “${example.state}”, ${when}`)}
        />
      )}
      <span className="soft small">
        {when} · {example.taught_by_name}
        {example.origin !== "camera" && ` · ${originName(say, example.origin)}`}
      </span>
      {forget && (
        <button
          type="button"
          className="quiet"
          aria-label={say(`删除“${example.state}”的示例 ${when}`, `Delete the example of “${example.state}”, ${when}`)}
          onClick={() => forget({ do: "forget", exampleId: example.example_id })}
        >
          ✕
        </button>
      )}
    </li>
  );
}

// What the head would say of the picture of this moment. Nothing is kept of it.
function AskNow({ headId }: { headId: string }) {
  const say = useSay();
  const [answer, setAnswer] = useState("");
  const ask = async () => {
    try {
      const told = await taken(
        api.POST("/api/v1/heads/{head_id}/judge", {
          params: { path: { head_id: headId } },
          body: { is_cropped: true },
        }),
      );
      const sure = `${Math.round(told.confidence * 100)}%`;
      setAnswer(
        told.state === null
          ? say(
              `无法判断：${doubtName(say, told.doubt ?? "unsure")}（最像“${told.likeliest}”，${sure}）`,
              `Cannot tell: ${doubtName(say, told.doubt ?? "unsure")} (likeliest “${told.likeliest}”, ${sure})`,
            )
          : say(`机器判断：“${told.state}”（${sure}）`, `The machine says “${told.state}” (${sure})`),
      );
    } catch (error) {
      setAnswer(deedFault(say, error));
    }
  };
  return (
    <div className="actions">
      <button type="button" className="plain" id="ask-now" onClick={() => void ask()}>
        {say("试着判断当前画面", "Try it on the current picture")}
      </button>
      <span role="status">{answer}</span>
    </div>
  );
}

const SHOWN_LINES = 12;

function History({ head }: { head: HeadDetail }) {
  const say = useSay();
  const [isAll, setAll] = useState(false);
  const lines = head.history.toReversed();
  return (
    <section className="card pad">
      <h2>{say("谁做了什么", "Who did what")}</h2>
      <ol className="bare history">
        {lines.slice(0, isAll ? lines.length : SHOWN_LINES).map((line, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines are never changed, only added to
          <li key={lines.length - place}>
            <span className="soft">{clockTime(say, line.at)}</span> {line.actor_name} · {actName(say, line.act)}
            {line.version !== null && say(` · 第 ${line.version} 版`, ` · version ${line.version}`)}
            {line.act === "example_added" && ` · ${line.note}`}
          </li>
        ))}
      </ol>
      {!isAll && lines.length > SHOWN_LINES && (
        <button type="button" className="quiet" onClick={() => setAll(true)}>
          {say(`显示全部 ${lines.length} 条`, `Show all ${lines.length}`)}
        </button>
      )}
    </section>
  );
}
