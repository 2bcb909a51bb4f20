// The frame of every page: where one can go, who one is, whether the live feed is there, and what a finding is worth.

import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { NavLink, Outlet, useLocation } from "react-router";
import type { Step } from "../alerts/list";
import { api, type Me, type Permission, type Role } from "../api/client";
import { useFeed, useSteps } from "../feed/context";
import { Term } from "../help/term";
import { Tour } from "../help/tour";
import { lead, nameOf, roleName, shortLead } from "../words/names";
import type { Say } from "../words/say";
import { DeliveryBadge } from "./delivery";
import { useSay } from "./preferences";
import { Switches } from "./switches";

interface Place {
  to: string;
  needs: Permission;
  name: (say: Say) => string;
  isMain?: boolean; // on a phone's bar
  isFor?: (role: Role) => boolean; // who has another home does not see this one
}

const PLACES: readonly Place[] = [
  { to: "/", needs: "read", name: (say) => say("今日", "Today"), isMain: true, isFor: (role) => role === "operator" },
  {
    to: "/",
    needs: "read",
    name: (say) => say("态势", "Situation"),
    isMain: true,
    isFor: (role) => role !== "operator",
  },
  { to: "/alerts", needs: "read", name: (say) => say("告警台", "Alerts"), isMain: true },
  { to: "/enterprises", needs: "read_credit", name: (say) => say("企业画像", "Enterprises"), isMain: true },
  { to: "/inspections", needs: "record", name: (say) => say("检查任务", "Inspections") },
  { to: "/cameras", needs: "read", name: (say) => say("摄像机", "Cameras"), isMain: true },
  { to: "/wall", needs: "read", name: (say) => say("画面墙", "Wall"), isMain: true },
  { to: "/keeping", needs: "read", name: (say) => say("留存", "Keeping") },
  { to: "/people", needs: "manage_accounts", name: (say) => say("人员", "People") },
  { to: "/counts", needs: "read", name: (say) => say("统计", "Counts") },
  { to: "/rules", needs: "read", name: (say) => say("规则与辖区", "Rules") },
  { to: "/health", needs: "read", name: (say) => say("运行状况", "Health") },
];
const TOAST_MS = 12_000;

export function Shell({ me }: { me: Me }) {
  const say = useSay();
  const places = PLACES.filter((place) => me.permissions.includes(place.needs) && (place.isFor?.(me.role) ?? true));
  return (
    <div className="shell">
      <a className="skip" href="#main">
        {say("跳到正文", "Skip to the page")}
      </a>
      <header className="top">
        <NavLink className="brand" to="/">
          <img src="/console/mark.svg" alt="" width="28" height="28" />
          <strong>明厨</strong>
          <span>Brightkitchen</span>
        </NavLink>
        <nav aria-label={say("主要栏目", "Sections")}>
          {places.map((place) => (
            <PlaceLink key={place.to} place={place} />
          ))}
        </nav>
        <div className="corner">
          <DeliveryBadge />
          <FeedBadge />
          <Switches />
          <NavLink className="quiet help-mark" to="/help" aria-label={say("帮助与词汇", "Help and words")}>
            ?
          </NavLink>
          <NavLink
            className="who"
            to="/account"
            title={say("我的账户：两步验证与登录", "My account: second factor, logins")}
          >
            {me.name} · {roleName(say, me.role)}
          </NavLink>
          <LogOut />
        </div>
      </header>
      <aside className="notice" aria-label={say("说明", "Notice")}>
        <span role="note">
          {lead(say)} <Term word="lead">{say("什么是线索？", "What is a lead?")}</Term>
        </span>
      </aside>
      <main id="main" tabIndex={-1}>
        <Outlet />
      </main>
      <Toasts />
      <Tour />
    </div>
  );
}

function PlaceLink({ place }: { place: Place }) {
  const say = useSay();
  return (
    <NavLink className={place.isMain ? "main" : ""} to={place.to} end={place.to === "/"}>
      {place.name(say)}
    </NavLink>
  );
}

function FeedBadge() {
  const say = useSay();
  const { state } = useFeed();
  const words = {
    live: say("实时", "Live"),
    connecting: say("连接中…", "Connecting…"),
    lost: say("连接中断，正在重连", "Connection lost, trying again"),
  };
  return (
    <span className={`feed ${state}`} role="status">
      {words[state]}
    </span>
  );
}

function LogOut() {
  const say = useSay();
  const client = useQueryClient();
  const leave = async () => {
    await api.POST("/api/v1/logout").catch(() => {});
    client.clear();
    location.assign("/console/");
  };
  return (
    <button type="button" className="quiet" id="logout" onClick={() => void leave()}>
      {say("退出", "Log out")}
    </button>
  );
}

// New alerts, told wherever one is, except on the desk, where they come into the list.
function Toasts() {
  const say = useSay();
  const { pathname } = useLocation();
  const isOnDesk = pathname.startsWith("/alerts");
  const [shown, setShown] = useState<Step[]>([]);
  useSteps((step) => {
    if (step.step !== "raised" || isOnDesk) return;
    setShown((before) => [...before.slice(-2), step]);
    setTimeout(() => setShown((before) => before.filter((one) => one !== step)), TOAST_MS);
  });
  useEffect(() => {
    if (isOnDesk) setShown([]);
  }, [isOnDesk]);
  return (
    <div className="toasts" aria-live="polite">
      {shown.map((step) => (
        <NavLink key={step.alert_id} className={`toast class-${step.class}`} to={`/alerts/${step.alert_id}`}>
          <strong>{nameOf(say, step)}</strong>
          <span>{[step.site_name, step.camera_name].filter(Boolean).join(" · ")}</span>
          <small>{shortLead(say)}</small>
        </NavLink>
      ))}
    </div>
  );
}
