import { QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, Suspense, useState } from "react";
import { Navigate, Route, Routes, useLocation, useNavigate } from "react-router";
import { makeQueryClient, useMe } from "./api/queries";
import { FeedProvider } from "./feed/context";
import { Login, NewPassword, RequiredFactor } from "./login/login";
import { Boundary } from "./shell/boundary";
import { late } from "./shell/late";
import { useSay } from "./shell/preferences";
import { Shell } from "./shell/shell";

const Counts = late(() => import("./counts/counts"));
const Situation = late(() => import("./situation/situation"));
const Desk = late(() => import("./alerts/desk"));
const Cameras = late(() => import("./cameras/cameras"));
const NewCamera = late(() => import("./cameras/wizard"));
const OneCamera = late(() => import("./cameras/camera"));
const Teach = late(() => import("./teach/teach"));
const Enterprises = late(() => import("./portrait/enterprises"));
const Portrait = late(() => import("./portrait/portrait"));
const LedgerEntry = late(() => import("./portrait/entry"));
const Repair = late(() => import("./repair/repair"));
const Tasks = late(() => import("./inspections/tasks"));
const Help = late(() => import("./help/help"));
const ManagerHome = late(() => import("./home/manager"));
const Extract = late(() => import("./extract/extract"));
const Public = late(() => import("./public/public"));
const Region = late(() => import("./situation/region"));
const Screen = late(() => import("./screen/screen"));
const Account = late(() => import("./people/account"));
const Wall = late(() => import("./wall/wall"));
const People = late(() => import("./people/people"));
const Person = late(() => import("./people/person"));
const AccountLog = late(() => import("./people/log"));
const Recipients = late(() => import("./recipients/recipients"));
const Deliveries = late(() => import("./recipients/deliveries"));
const Receivers = late(() => import("./pushes/receivers"));
const RecordDeliveries = late(() => import("./pushes/deliveries"));
const Keeping = late(() => import("./keeping/keeping"));
const Registry = late(() => import("./registry/registry"));
const Rules = late(() => import("./rules/rules"));
const Health = late(() => import("./health/health"));

export function App() {
  const [client] = useState(makeQueryClient);
  return (
    <QueryClientProvider client={client}>
      <Boundary>
        <Routes>
          <Route path="public" element={<Loaded page={<Public />} />} />
          <Route path="extract" element={<Loaded page={<Extract />} />} />
          <Route path="*" element={<Gate />} />
        </Routes>
      </Boundary>
    </QueryClientProvider>
  );
}

// Who is not logged in sees the login in place of the page, and the page itself afterwards.
function Gate() {
  const say = useSay();
  const { data: me, error, refetch } = useMe();
  if (me === undefined && error)
    return (
      <main className="alone">
        <p role="alert">{say("无法连接服务，正在重试…", "The service cannot be reached; trying again…")}</p>
        <button type="button" className="plain" onClick={() => void refetch()}>
          {say("立即重试", "Try now")}
        </button>
      </main>
    );
  if (me === undefined) return <main className="alone" aria-busy="true" />;
  if (me === null) return <Login />;
  if (me.must_change_password) return <NewPassword />;
  if (me.must_set_second_factor) return <RequiredFactor />;
  return (
    <FeedProvider>
      <Routes>
        <Route path="wall" element={<Loaded page={<Wall />} />} />
        <Route path="account/password" element={<OwnPassword />} />
        <Route path="screen" element={<Loaded page={<Screen />} />} />
        <Route element={<Shell me={me} />}>
          <Route index element={<Loaded page={me.role === "operator" ? <ManagerHome me={me} /> : <Situation />} />} />
          <Route path="situation" element={<Loaded page={<Situation />} />} />
          <Route path="help" element={<Loaded page={<Help />} />} />
          <Route path="regions/:region" element={<Loaded page={<Region />} />} />
          <Route path="alerts" element={<Loaded page={<Desk me={me} />} />} />
          <Route path="alerts/:alertId" element={<Loaded page={<Desk me={me} />} />} />
          <Route path="cameras" element={<Loaded page={<Cameras me={me} />} />} />
          <Route path="cameras/new" element={<Loaded page={<NewCamera me={me} />} />} />
          <Route path="cameras/:cameraId" element={<Loaded page={<OneCamera me={me} />} />} />
          <Route path="cameras/:cameraId/teach" element={<Loaded page={<Teach me={me} />} />} />
          <Route path="cameras/:cameraId/teach/:headId" element={<Loaded page={<Teach me={me} />} />} />
          <Route path="enterprises" element={<Loaded page={<Enterprises me={me} />} />} />
          <Route path="enterprises/:enterpriseId" element={<Loaded page={<Portrait me={me} />} />} />
          <Route
            path="enterprises/:enterpriseId/entries/:entryId"
            element={<Loaded page={<LedgerEntry me={me} />} />}
          />
          <Route path="enterprises/:enterpriseId/repair" element={<Loaded page={<Repair me={me} />} />} />
          <Route path="inspections" element={<Loaded page={<Tasks me={me} />} />} />
          <Route path="account" element={<Loaded page={<Account me={me} />} />} />
          <Route path="people" element={<Loaded page={<People me={me} />} />} />
          <Route path="people/log" element={<Loaded page={<AccountLog me={me} />} />} />
          <Route path="people/recipients" element={<Loaded page={<Recipients me={me} />} />} />
          <Route path="people/deliveries" element={<Loaded page={<Deliveries me={me} />} />} />
          <Route path="people/receivers" element={<Loaded page={<Receivers me={me} />} />} />
          <Route path="record-deliveries" element={<Loaded page={<RecordDeliveries me={me} />} />} />
          <Route path="people/:userId" element={<Loaded page={<Person me={me} />} />} />
          <Route path="registry" element={<Loaded page={<Registry me={me} />} />} />
          <Route path="keeping" element={<Loaded page={<Keeping me={me} />} />} />
          <Route path="counts" element={<Loaded page={<Counts />} />} />
          <Route path="rules" element={<Loaded page={<Rules me={me} />} />} />
          <Route path="health" element={<Loaded page={<Health me={me} />} />} />
          <Route path="*" element={<Navigate to="/" replace />} />
        </Route>
      </Routes>
    </FeedProvider>
  );
}

// One's own password, whenever one likes.
function OwnPassword() {
  const go = useNavigate();
  return <NewPassword done={() => void go("/account")} />;
}

function Loaded({ page }: { page: ReactNode }) {
  const say = useSay();
  const { pathname } = useLocation();
  return (
    <Boundary place={pathname}>
      <Suspense fallback={<p className="loading soft">{say("正在载入…", "Loading…")}</p>}>{page}</Suspense>
    </Boundary>
  );
}
