// Whether alerts leave the house. A manager is told on every page, and never has to ask whether something is lost.

import { useQuery } from "@tanstack/react-query";
import { NavLink } from "react-router";
import { api, taken } from "../api/client";
import { isHeldUp } from "../health/figures";
import { useSay } from "./preferences";

const ASK_MS = 15_000;

export function useDelivery(askMs = ASK_MS) {
  return useQuery({
    queryKey: ["delivery"],
    refetchInterval: askMs,
    queryFn: () => taken(api.GET("/api/v1/system/delivery")),
  });
}

// Only where something is held up: that the service itself does not answer, the badge of the feed says.
export function DeliveryBadge() {
  const say = useSay();
  const { data } = useDelivery();
  if (!data || !isHeldUp(data)) return null;
  return (
    <NavLink to="/health" className="feed lost" id="delivery-badge">
      {data.state === "connected" ? say("正在补送告警", "Alerts catching up") : say("告警暂停外发", "Alerts held back")}
    </NavLink>
  );
}
