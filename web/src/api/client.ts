// Requests to our own API, typed from its OpenAPI document.

import createClient from "openapi-fetch";
import { serviceClock } from "../shell/clock";
import type { components, paths } from "./generated/schema";

type Schemas = components["schemas"];
export type Schema = Schemas;
export type AlertView = Schemas["AlertView"];
export type AlertDetail = Schemas["AlertDetail"];
export type AlertState = Schemas["ToldState"];
export type RiskClass = Schemas["RiskClass"];
export type CameraView = Schemas["CameraView"];
export type CameraStatus = Schemas["CameraStatusView"] & { heard_at_ms?: number }; // of the screen's monotonic clock
export type ToldStatus = CameraStatus | null | undefined; // null: no word of it; undefined: the first answer is awaited
export type SiteView = Schemas["SiteView"];
export type EnterpriseView = Schemas["EnterpriseView"];
export type CountView = Schemas["CountView"];
export type CodeView = Schemas["CodeView"];
export type ClauseView = Schemas["ClauseView"];
export type ZoneView = Schemas["ZoneView"];
export type ZoneType = Schemas["ZoneType"];
export type Point = Schemas["PointBody"];
export type Me = Schemas["MeView"];
export type Permission = Schemas["Permission"];
export type Role = Schemas["Role"];
export type Evidence = Schemas["EvidencePart"];
export type UserView = Schemas["UserView"];
export type ListedUser = Schemas["ListedUserView"];
export type NewUser = Schemas["NewUserView"];
export type ScopeBody = Schemas["ScopeBody"];
export type SessionView = Schemas["SessionView"];
export type TokenView = Schemas["TokenView"];
export type AccountAct = Schemas["AccountAct"];
export type AccountEntry = Schemas["AccountEntryView"];
export type Recipient = Schemas["RecipientView"];
export type RecipientBody = Schemas["RecipientBody"];
export type Wishes = Schemas["WishesView"];
export type Delivery = Schemas["DeliveryView"];
export type DeliveryState = Schemas["DeliveryState"];
export type ReminderView = Schemas["ReminderView"];
export type Box = Schemas["BoxPart"];
export type Sealing = Schemas["SealingView"];
export type FoundDevice = Schemas["FoundDeviceView"];
export type OfferedStream = Schemas["OfferedStreamView"];
export type Transport = Schemas["Transport"];
export type Credit = Schemas["IndexView"];
export type Reading = Schemas["ReadingView"];
export type Explanation = Schemas["ExplanationView"];
export type Finding = Schemas["FindingView"];
export type Burden = Schemas["BurdenView"];
export type Colour = Schemas["Colour"];
export type Snapshot = Schemas["SnapshotView"];
export type WhatIf = Schemas["WhatIfBody"];
export type LedgerCount = Schemas["LedgerCountView"];
export type LeadEntry = Schemas["LeadEntryView"];
export type SupervisionEntry = Schemas["SupervisionEntryView"];
export type PublicRecord = Schemas["RecordView"];
export type Repair = Schemas["RepairView"];
export type Application = Schemas["ApplicationView"];
export type Material = Schemas["MaterialView"];
export type MaterialKind = Schemas["MaterialKind"];
export type Hint = Schemas["HintView"];
export type Task = Schemas["TaskView"];
export type Plan = Schemas["PlanView"];
export type SituationView = Schemas["SituationView"];
export type RegionView = Schemas["RegionView"];
export type FirmFigures = Schemas["FirmFiguresView"];
export type SightView = Schemas["SightView"];
export type ClassCounts = Schemas["ClassCountsView"];
export type Shades = Schemas["ShadesView"];
export type DayView = Schemas["DayView"];
export type OwedView = Schemas["OwedView"];
export type Extract = Schemas["ExtractView"];
export type ExtractRecord = Schemas["ExtractRecordView"];
export type ExtractPart = Schemas["ExtractPart"];
export type ExtractRead = Schemas["ExtractReadView"];
export type Grant = Schemas["GrantView"];
export type Duty = OwedView["duty"];

const OWN_PAGE = { "X-Requested-With": "brightkitchen" }; // a header that only our own pages can send

export const api = createClient<paths>({ baseUrl: "/", headers: OWN_PAGE });
api.use({ onResponse: ({ response }) => serviceClock.heard(response.headers.get("X-Service-Time")) });

interface ProblemBody {
  type?: string;
  detail?: string;
  fields?: { field: string; expected: string; found: string }[];
  field?: string; // a refusal of one field by name
  expected?: string;
}

// A refusal as the service tells it (RFC 9457), or status 0 where it cannot be reached.
export class Problem extends Error {
  readonly status: number;
  readonly kind: string;
  readonly fields: { field: string; expected: string }[];
  readonly waitSeconds: number | null;

  constructor(status: number, body: ProblemBody, waitSeconds: number | null = null) {
    const { field, expected = "" } = body;
    const fields = body.fields ?? (field === undefined ? [] : [{ field, expected }]);
    super(fields.map((one) => `${one.field}: ${one.expected}`).join("; ") || body.detail || `HTTP ${status}`);
    this.status = status;
    this.kind = (body.type ?? "").replace("urn:brightkitchen:problem:", "");
    this.fields = fields;
    this.waitSeconds = waitSeconds;
  }
}

export function isProblem(error: unknown, kind: string): boolean {
  return error instanceof Problem && error.kind === kind;
}

// The data of an answer. Throws Problem for one that is no success, and where there was none.
export async function taken<T>(asked: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  let answer: { data?: T; error?: unknown; response: Response };
  try {
    answer = await asked;
  } catch (fault) {
    if (fault instanceof DOMException && fault.name === "AbortError") throw fault;
    throw new Problem(0, { type: "unreachable", detail: String(fault) });
  }
  const { data, error, response } = answer;
  if (!response.ok) throw problemOf(response, error);
  return data as T;
}

export function problemOf(response: Response, error: unknown): Problem {
  const body = typeof error === "object" && error !== null ? (error as ProblemBody) : {};
  const wait = Number(response.headers.get("Retry-After"));
  return new Problem(response.status, body, Number.isFinite(wait) && wait > 0 ? wait : null);
}

// A step of a person's review. Which there are is a table (alerts/verbs.ts); all take the same body.
export async function takeStep(alertId: string, verb: string, reason: string, sequence: number): Promise<AlertDetail> {
  const path = `/api/v1/alerts/{alert_id}/${verb}` as "/api/v1/alerts/{alert_id}/confirm";
  return taken(
    api.POST(path, { params: { path: { alert_id: alertId } }, body: { reason, expected_sequence: sequence } }),
  );
}

// A picture or document of the enterprise, put to the alert.
export async function answerFile(alertId: string, file: Blob): Promise<Schemas["AnswerFileView"]> {
  return taken(
    api.POST("/api/v1/alerts/{alert_id}/files", {
      params: { path: { alert_id: alertId } },
      headers: { "Content-Type": "application/octet-stream" },
      body: file as unknown as string, // the document calls bytes a string
      bodySerializer: (body) => body,
    }),
  );
}

export async function rectify(
  alertId: string,
  reason: string,
  files: string[],
  sequence: number,
): Promise<AlertDetail> {
  return taken(
    api.POST("/api/v1/alerts/{alert_id}/rectify", {
      params: { path: { alert_id: alertId } },
      body: { reason, files, expected_sequence: sequence },
    }),
  );
}

// Where an answer says that it goes on, as the cursor of the next request.
export function cursorOf(next: string | null | undefined): string | null {
  return next ? new URL(next, "http://page").searchParams.get("cursor") : null;
}
