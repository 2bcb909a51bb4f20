// What is registered of an enterprise, with whom one reaches there.

import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useEffect, useState } from "react";
import { api, type EnterpriseView, Problem, type Schema, taken } from "../api/client";
import { enterpriseTypeValues } from "../api/generated/schema";
import { refusalText } from "../people/accounts";
import { Choice } from "../shell/choice";
import { useSay } from "../shell/preferences";
import { enterpriseTypeName } from "../words/credit";
import type { Say } from "../words/say";
import { RegionChoice } from "./region-choice";

type Contact = Schema["ContactBody"];
type Kind = EnterpriseView["type"];
const NOBODY: Contact = { name: "", duty: "", phone: "", email: "" };

interface Given {
  enterprise: EnterpriseView | null; // null: a new one
  enterprises: readonly EnterpriseView[];
  done: () => void;
}

export function EnterpriseForm({ enterprise, enterprises, done }: Given) {
  const say = useSay();
  const [head, setHead] = useState<string | null>(enterprise?.head_office_id ?? null);
  const [region, setRegion] = useState<string | null>(enterprise?.region ?? null);
  const [contacts, setContacts] = useState<Contact[] | null>(enterprise === null ? [] : null);
  const known = useContacts(enterprise);
  useEffect(() => {
    if (known) setContacts(known);
  }, [known]);
  const save = useMutation({
    mutationFn: (form: FormData) => {
      const text = (name: string) => String(form.get(name) ?? "").trim();
      const body = {
        name: text("name"),
        credit_code: text("credit_code"),
        type: text("type") as Kind,
        licence_no: text("licence_no") || null,
        licence_valid_to: text("licence_valid_to") || null,
        region,
        head_office_id: head,
        ...(contacts === null ? {} : { contacts: contacts.filter((one) => one.name.trim() !== "") }),
      };
      if (enterprise === null) return taken(api.POST("/api/v1/enterprises", { body }));
      const params = { path: { enterprise_id: enterprise.enterprise_id } };
      return taken(api.PATCH("/api/v1/enterprises/{enterprise_id}", { params, body }));
    },
    onSuccess: done,
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    save.mutate(new FormData(event.currentTarget));
  };
  const heads = enterprises.filter(
    (one) => one.head_office_id === null && one.enterprise_id !== enterprise?.enterprise_id,
  );
  return (
    <form className="card pad person-form columns" id="enterprise-form" onSubmit={submit}>
      <h2>{enterprise ? say("修改企业", "Change the enterprise") : say("登记企业", "Add an enterprise")}</h2>
      <label>
        {say("名称", "Name")}
        <input name="name" required maxLength={100} defaultValue={enterprise?.name} autoComplete="off" />
      </label>
      <label>
        {say("统一社会信用代码", "Unified social credit code")}
        <input
          name="credit_code"
          required
          maxLength={64}
          defaultValue={enterprise?.credit_code}
          autoComplete="off"
          spellCheck={false}
        />
      </label>
      <label>
        {say("类型", "Type")}
        <select name="type" defaultValue={enterprise?.type ?? "restaurant"}>
          {enterpriseTypeValues.map((one) => (
            <option key={one} value={one}>
              {enterpriseTypeName(say, one)}
            </option>
          ))}
        </select>
      </label>
      <label htmlFor="region">
        {say("行政区划", "Region")}
        <RegionChoice region={region} choose={setRegion} />
      </label>
      <label>
        {say("许可证编号", "Licence number")}
        <input name="licence_no" maxLength={100} defaultValue={enterprise?.licence_no ?? ""} autoComplete="off" />
      </label>
      <label>
        {say("许可证有效期至", "Licence valid until")}
        <input type="date" name="licence_valid_to" defaultValue={enterprise?.licence_valid_to ?? ""} />
      </label>
      <label htmlFor="head-office">
        {say("总部（连锁门店）", "Head office, of a chain's shop")}
        <Choice
          allowClear
          showSearch
          id="head-office"
          aria-label={say("总部", "Head office")}
          placeholder={say("无", "None")}
          optionFilterProp="label"
          value={head ?? undefined}
          onChange={(value: string | undefined) => setHead(value ?? null)}
          options={heads.map((one) => ({ value: one.enterprise_id, label: one.name }))}
        />
      </label>
      <fieldset className="reach">
        <legend>{say("联系人", "Contacts")}</legend>
        {contacts?.map((one, place) => (
          <ContactRow
            // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place in the list
            key={place}
            contact={one}
            change={(next) => setContacts(contacts.map((old, at) => (at === place ? next : old)))}
            remove={() => setContacts(contacts.filter((_, at) => at !== place))}
          />
        ))}
        {contacts !== null && contacts.length < 20 && (
          <button type="button" className="quiet" id="contact-add" onClick={() => setContacts([...contacts, NOBODY])}>
            {say("+ 添加联系人", "+ Add a contact")}
          </button>
        )}
      </fieldset>
      <p className="fault" role="alert">
        {refused(say, save.error)}
      </p>
      <div className="actions">
        <button type="submit" className="plain main" id="enterprise-save" disabled={save.isPending}>
          {say("保存", "Save")}
        </button>
        <button type="button" className="quiet" onClick={done}>
          {say("取消", "Cancel")}
        </button>
      </div>
    </form>
  );
}

function useContacts(enterprise: EnterpriseView | null): Contact[] | undefined {
  const id = enterprise?.enterprise_id ?? "";
  const { data } = useQuery({
    queryKey: ["contacts", id],
    enabled: enterprise !== null,
    gcTime: 0, // numbers of people are not kept longer than the form is open
    queryFn: () =>
      taken(api.GET("/api/v1/enterprises/{enterprise_id}/contacts", { params: { path: { enterprise_id: id } } })),
  });
  return data?.contacts;
}

interface Row {
  contact: Contact;
  change: (contact: Contact) => void;
  remove: () => void;
}

function ContactRow({ contact, change, remove }: Row) {
  const say = useSay();
  const field = (name: keyof Contact, words: string, type = "text") => (
    <input
      aria-label={words}
      placeholder={words}
      type={type}
      maxLength={100}
      value={contact[name] ?? ""}
      onChange={(event) => change({ ...contact, [name]: event.target.value })}
    />
  );
  return (
    <div className="contact">
      {field("name", say("姓名", "Name"))}
      {field("duty", say("职务", "Duty"))}
      {field("phone", say("电话", "Telephone"), "tel")}
      {field("email", say("邮箱", "E-mail"), "email")}
      <button type="button" className="quiet" onClick={remove} aria-label={say("删除联系人", "Remove the contact")}>
        ✕
      </button>
    </div>
  );
}

function refused(say: Say, error: unknown): string {
  if (!(error instanceof Problem)) return refusalText(say, error);
  if (error.kind === "credit-code")
    return say(
      `统一社会信用代码不正确（校验不通过）：${error.message}`,
      `This is no unified social credit code: ${error.message}`,
    );
  if (error.status === 409)
    return say("该统一社会信用代码已登记。", "An enterprise with this credit code is registered already.");
  return error.message;
}
