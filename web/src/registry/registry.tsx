// Enterprises and their sites as they are registered: everything else hangs on them. For who manages the registry.

import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import type { EnterpriseView, Me, SiteView } from "../api/client";
import { useCameras, useEnterprises, useRegionName, useSites } from "../api/queries";
import { useSay } from "../shell/preferences";
import { enterpriseTypeName } from "../words/credit";
import { day } from "../words/say";
import { EnterpriseForm } from "./enterprise-form";
import { TableImport } from "./import";
import { SiteForm } from "./site-form";
import { hoursText } from "./week";
import "../styles/people.css";

const MOST_SHOWN = 100;

export default function Registry({ me }: { me: Me }) {
  const say = useSay();
  const client = useQueryClient();
  const [text, setText] = useState("");
  const [open, setOpen] = useState<"new" | "import" | string | null>(null); // a form, or the enterprise that is changed
  const { data: enterprises, error } = useEnterprises();
  const { data: sites = [] } = useSites();
  if (!me.permissions.includes("manage_registry"))
    return (
      <p className="card pad" role="alert">
        {say("仅管理员可登记企业与场所。", "Enterprises and sites are registered by administrators.")}
      </p>
    );
  const renewed = () => {
    void client.invalidateQueries({ queryKey: ["enterprises"] });
    void client.invalidateQueries({ queryKey: ["sites"] });
  };
  const close = () => {
    renewed();
    setOpen(null);
  };
  const wanted = text.trim().toLowerCase();
  const found = (enterprises ?? []).filter(
    (one) => one.name.toLowerCase().includes(wanted) || one.credit_code.toLowerCase().startsWith(wanted),
  );
  return (
    <div className="people-page">
      <div className="heading">
        <h1>{say("企业与场所登记", "Enterprises and sites")}</h1>
        <span className="push">
          <button type="button" className="plain" id="import-begin" onClick={() => setOpen("import")}>
            {say("批量导入", "Import")}
          </button>
          <button type="button" className="plain main" id="enterprise-begin" onClick={() => setOpen("new")}>
            {say("登记企业", "Add an enterprise")}
          </button>
        </span>
      </div>
      {open === "new" && <EnterpriseForm enterprise={null} enterprises={enterprises ?? []} done={close} />}
      {open === "import" && (
        <TableImport
          path="/api/v1/enterprises/import"
          heads={say(
            "CSV 表格（UTF-8 或 GB18030），列名：credit_code、name；可选：type、licence_no、licence_valid_to、region、head_office、site、contact、contact_phone、contact_email。",
            "A CSV table (UTF-8 or GB18030) with heads credit_code, name; optional: type, licence_no, licence_valid_to, region, head_office, site, contact, contact_phone, contact_email.",
          )}
          stored={renewed}
          close={() => setOpen(null)}
        />
      )}
      <section className="card pad" aria-label={say("已登记的企业", "Registered enterprises")}>
        <div className="controls">
          <label htmlFor="seek-enterprise" className="soft">
            {say("搜索", "Search")}
          </label>
          <input id="seek-enterprise" type="search" value={text} onChange={(event) => setText(event.target.value)} />
          <span className="soft small">
            {found.length > MOST_SHOWN
              ? say(
                  `共 ${found.length} 家，列出前 ${MOST_SHOWN} 家`,
                  `${found.length}; the first ${MOST_SHOWN} are listed`,
                )
              : say(`共 ${found.length} 家`, `${found.length} in all`)}
          </span>
        </div>
        {error && <p role="alert">{error.message}</p>}
        {enterprises?.length === 0 && (
          <p className="soft empty">
            {say(
              "还没有企业。先登记企业，再添加场所，然后接入摄像机。",
              "There is none yet. Add an enterprise, then its sites, then cameras.",
            )}
          </p>
        )}
        <ul className="bare registry">
          {found.slice(0, MOST_SHOWN).map((one) => (
            <li key={one.enterprise_id} data-registered={one.name}>
              {open === one.enterprise_id ? (
                <EnterpriseForm enterprise={one} enterprises={enterprises ?? []} done={close} />
              ) : (
                <Registered enterprise={one} change={() => setOpen(one.enterprise_id)} />
              )}
              <Sites enterprise={one} sites={sites.filter((site) => site.enterprise_id === one.enterprise_id)} />
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}

function Registered({ enterprise, change }: { enterprise: EnterpriseView; change: () => void }) {
  const say = useSay();
  const regionName = useRegionName();
  return (
    <div className="line">
      <div>
        <strong>
          <Link to={`/enterprises/${enterprise.enterprise_id}`}>{enterprise.name}</Link>
        </strong>{" "}
        <span className="soft small">
          {[
            enterpriseTypeName(say, enterprise.type),
            enterprise.credit_code,
            enterprise.region && regionName(enterprise.region),
            enterprise.licence_valid_to
              ? say(
                  `许可证至 ${day(say, enterprise.licence_valid_to)}`,
                  `licence until ${day(say, enterprise.licence_valid_to)}`,
                )
              : say("许可证日期未登记", "no licence date"),
          ]
            .filter(Boolean)
            .join(" · ")}
        </span>
      </div>
      <button type="button" className="quiet" data-act="change-enterprise" onClick={change}>
        {say("修改", "Change")}
      </button>
    </div>
  );
}

function Sites({ enterprise, sites }: { enterprise: EnterpriseView; sites: SiteView[] }) {
  const say = useSay();
  const client = useQueryClient();
  const { data: cameras = [] } = useCameras();
  const [open, setOpen] = useState<SiteView | "new" | null>(null);
  const done = () => {
    void client.invalidateQueries({ queryKey: ["sites"] });
    setOpen(null);
  };
  return (
    <ul className="bare sites">
      {sites.map((site) =>
        open !== "new" && open?.site_id === site.site_id ? (
          <li key={site.site_id}>
            <SiteForm enterpriseId={enterprise.enterprise_id} site={site} done={done} />
          </li>
        ) : (
          <li key={site.site_id} className="line" data-site={site.name}>
            <span>
              {site.name}{" "}
              <span className="soft small">
                {hoursText(say, site.schedule)} ·{" "}
                {say(
                  `${cameras.filter((one) => one.site_id === site.site_id).length} 台摄像机`,
                  `${cameras.filter((one) => one.site_id === site.site_id).length} camera(s)`,
                )}
              </span>
            </span>
            <button type="button" className="quiet" data-act="change-site" onClick={() => setOpen(site)}>
              {say("修改", "Change")}
            </button>
          </li>
        ),
      )}
      <li>
        {open === "new" ? (
          <SiteForm enterpriseId={enterprise.enterprise_id} site={null} done={done} />
        ) : (
          <button type="button" className="quiet" data-act="add-site" onClick={() => setOpen("new")}>
            {say("+ 添加场所", "+ Add a site")}
          </button>
        )}
      </li>
    </ul>
  );
}
