// Whether alerts go out, in words for everybody: what is held back, that nothing of it is lost, and that it went in the end.

import { useDelivery } from "../shell/delivery";
import { useSay } from "../shell/preferences";
import { Badge } from "./badge";
import { deliveryOf } from "./figures";

const ASK_MS = 5_000;

export function DeliveryCard() {
  const say = useSay();
  const { data, error } = useDelivery(ASK_MS);
  if (!data && !error) return null;
  const { words, tone, meaning } = deliveryOf(say, error ? undefined : data);
  return (
    <section className="card pad" id="delivery" aria-label={say("告警外发", "Alerts going out")}>
      <h2>
        {say("告警外发", "Alerts going out")} <Badge words={words} tone={tone} />
      </h2>
      <p className="soft" role="status">
        {meaning}
      </p>
    </section>
  );
}
