// The tour as a card that is no obstacle: everything else can be used while it is open. Escape or "close" ends it for good.

import { useEffect, useRef, useState } from "react";
import { useNavigate } from "react-router";
import { useCameras } from "../api/queries";
import { recall, remember } from "../shell/memory";
import { useSay } from "../shell/preferences";
import "../styles/help.css";
import { isDemo, STEPS } from "./steps";

const KEY = "brightkitchen.tour";
const STARTED = "brightkitchen:tour";

export const startTour = (): void => {
  dispatchEvent(new Event(STARTED));
};

export function Tour() {
  const say = useSay();
  const navigate = useNavigate();
  const { data: cameras } = useCameras();
  const [place, setPlace] = useState<number | null>(null);
  const card = useRef<HTMLElement>(null);
  const isNew = recall(KEY) === null && cameras !== undefined && isDemo(cameras.map((one) => one.camera_id));

  useEffect(() => {
    if (isNew) setPlace((before) => before ?? 0);
  }, [isNew]);
  useEffect(() => {
    const start = () => setPlace(0);
    addEventListener(STARTED, start);
    return () => removeEventListener(STARTED, start);
  }, []);
  useEffect(() => {
    if (place !== null) card.current?.focus({ preventScroll: true });
  }, [place]);

  const step = place === null ? undefined : STEPS[place];
  if (place === null || step === undefined) return null;
  const close = () => {
    remember(KEY, "done");
    setPlace(null);
  };
  const go = (wanted: number) => {
    const next = STEPS[wanted];
    if (next === undefined) return close();
    setPlace(wanted);
    navigate(next.to);
  };
  const isLast = place === STEPS.length - 1;
  const [title, words] = say("zh", "en") === "zh" ? step.zh : step.en;
  return (
    <section
      className="tour card pad"
      ref={card}
      tabIndex={-1}
      role="dialog"
      aria-label={say("导览", "Tour")}
      onKeyDown={(event) => {
        if (event.key === "Escape") close();
        else if (event.key === "ArrowRight") go(place + 1);
        else if (event.key === "ArrowLeft") go(Math.max(0, place - 1));
        else return;
        event.stopPropagation();
        event.preventDefault();
      }}
    >
      <div className="line">
        <h2>{title}</h2>
        <span className="soft small">
          {place + 1} / {STEPS.length}
        </span>
      </div>
      <p>{words}</p>
      <div className="actions">
        {place > 0 && (
          <button type="button" className="plain" onClick={() => go(place - 1)}>
            {say("上一步", "Back")}
          </button>
        )}
        <button type="button" className="plain main" id="tour-next" onClick={() => go(place + 1)}>
          {isLast ? say("完成", "Done") : say("下一步", "Next")}
        </button>
        <button type="button" className="quiet" id="tour-close" onClick={close}>
          {say("不再显示", "Do not show again")}
        </button>
      </div>
    </section>
  );
}
