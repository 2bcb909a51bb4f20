"""Checks an evidence pack with nothing but its bytes: signature, files, chain, time stamps. Offline, pure."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from alerts.audit import Fault, Finding
from alerts.pack import FORM, KEY, LINKS, MANIFEST, SIGNATURE, entry_name, stamp_name
from alerts.pack_file import PackFileError, unzipped, zipped
from alerts.pack_key import is_signed
from alerts.seals import link
from alerts.timestamps import Authority, stamp_from


@dataclass(slots=True, kw_only=True)
class PackReport:
    """What a pack holds and what is wrong with it. `key` is the one it names; compare it with one you were given."""

    findings: list[Finding] = field(default_factory=list)
    alert_id: str = ""
    key: str = ""
    files: int = 0
    seals: int = 0
    timestamps: int = 0
    remarks: list[str] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        return not self.findings

    def lines(self) -> Iterator[str]:
        for finding in self.findings:
            yield finding.line()
        yield from self.remarks
        if self.key:
            yield f"key {self.key}"
        verdict = "all as it was signed" if self.is_whole else f"{len(self.findings)} faults"
        yield (
            f"alert {self.alert_id or '?'}: {self.files} files, {self.seals} sealed steps, "
            f"{self.timestamps} time stamps: {verdict}"
        )


def check_pack(content: bytes, *, key: str | None = None, authority: Authority | None = None) -> PackReport:
    """The report on a pack. `key`: the public key that it must be signed with."""
    report = PackReport()
    try:
        files = unzipped(content)
    except PackFileError as error:
        report.findings.append(Finding(fault=Fault.PACK_UNREADABLE, place="the file", found=error.reason))
        return report
    if zipped(files) != content:
        report.findings.append(
            Finding(
                fault=Fault.PACK_BYTES_CHANGED,
                place="headers of the ZIP",
                expected="the bytes that these files give",
                found="others",
            )
        )
    try:
        manifest = _manifest(files)
        report.findings += _signature_faults(files, manifest, key)
        report.findings += _file_faults(files, manifest)
        report.alert_id, report.key = str(manifest["alert_id"]), str(manifest["key"])
        report.files = len(manifest["files"])
        if not report.findings:
            report.findings += _chain_faults(files, manifest, authority, report)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        found = f"{type(error).__name__}: {error}"
        report.findings.append(Finding(fault=Fault.PACK_UNREADABLE, place=MANIFEST, expected="a manifest", found=found))
    if key is None and report.is_whole:
        report.remarks.append("no key was given: compare the key below with the one of the installation")
    return report


def _manifest(files: Mapping[str, bytes]) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads(files[MANIFEST])
    if manifest["form"] != FORM:
        raise ValueError(f"expected form {FORM}, found {manifest['form']!r}")
    return manifest


def _signature_faults(files: Mapping[str, bytes], manifest: Mapping[str, Any], key: str | None) -> Iterator[Finding]:
    named = str(manifest["key"])
    signature = files.get(SIGNATURE, b"").decode("ascii", "replace")
    text = signature.removesuffix("\n")
    # One spelling only, so that not even the signature can be written otherwise.
    is_plain = signature == text + "\n" and text == text.lower()
    if not is_plain or not is_signed(files[MANIFEST], text, named):
        yield Finding(fault=Fault.PACK_NOT_SIGNED, place=SIGNATURE, expected=f"a signature of {named}", found="none")
    if key is not None and key != named:
        yield Finding(fault=Fault.PACK_KEY_DIFFERS, place=KEY, expected=key, found=named)


def _file_faults(files: Mapping[str, bytes], manifest: Mapping[str, Any]) -> Iterator[Finding]:
    listed = {str(one["name"]): one for one in manifest["files"]}
    present = set(files) - {MANIFEST, SIGNATURE}
    for name in sorted(present ^ set(listed)):
        told = ("in the pack", "missing") if name in listed else ("not in the pack", "a file")
        yield Finding(fault=Fault.PACK_FILE_CHANGED, place=name, expected=told[0], found=told[1])
    for name in sorted(present & set(listed)):
        sha256 = hashlib.sha256(files[name]).hexdigest()
        expected = listed[name]
        if (len(files[name]), sha256) != (expected["size_bytes"], expected["sha256"]):
            yield Finding(
                fault=Fault.PACK_FILE_CHANGED,
                place=name,
                expected=f"{expected['size_bytes']} bytes, {expected['sha256']}",
                found=f"{len(files[name])} bytes, {sha256}",
            )


def _chain_faults(
    files: Mapping[str, bytes], manifest: Mapping[str, Any], authority: Authority | None, report: PackReport
) -> Iterator[Finding]:
    chain = manifest["chain"]
    if chain is None:
        report.remarks.append("no step was sealed yet when this pack was made: it has a signature, but no chain")
        return
    digests = {}
    digest = str(chain["before"])
    links = files[LINKS].decode().splitlines()
    for number, entry_sha256 in enumerate(links, int(chain["first"])):
        digest = digests[number] = link(digest, entry_sha256)
    if digest != chain["digest"]:
        yield Finding(fault=Fault.PACK_CHAIN_BROKEN, place=LINKS, expected=chain["digest"], found=digest)
    for number in chain["entries"]:
        report.seals += 1
        yield from _entry_faults(files[entry_name(number)], links[number - chain["first"]], number, manifest)
    for number in chain["timestamps"]:
        report.timestamps += 1
        yield from _stamp_faults(files[stamp_name(number)], number, digests[number], authority, report)
    if chain["unsealed"]:
        report.remarks.append(f"{chain['unsealed']} steps had no seal yet when this pack was made")
    if chain["is_cut"]:
        report.remarks.append("the chain goes on further than this pack shows")


def _entry_faults(content: bytes, expected: str, number: int, manifest: Mapping[str, Any]) -> Iterator[Finding]:
    found = hashlib.sha256(content).hexdigest()
    place = entry_name(number)
    if found != expected:
        yield Finding(fault=Fault.PACK_CHAIN_BROKEN, place=place, expected=expected, found=found, seal=number)
        return
    entry = json.loads(content)
    if (entry["seal"], entry["step"]["alert_id"]) != (number, manifest["alert_id"]):
        yield Finding(fault=Fault.PACK_CHAIN_BROKEN, place=place, expected="a step of the alert", found="another one")
    if number != max(manifest["chain"]["entries"]):
        return
    told = entry["step"]["payload"]
    parts = [*told["evidence"], *(told.get("life") or {}).get("files", [])]
    sealed = {part["evidence_id"]: part["sha256"] for part in parts}
    for piece in manifest["evidence"]:
        if entry["step"]["sequence"] == manifest["sequence"] and sealed.get(piece["evidence_id"]) != piece["sha256"]:
            yield Finding(
                fault=Fault.PACK_CHAIN_BROKEN,
                place=piece["name"] or piece["evidence_id"],
                expected=str(sealed.get(piece["evidence_id"])),
                found=str(piece["sha256"]),
            )


def _stamp_faults(
    token: bytes, number: int, digest: str, authority: Authority | None, report: PackReport
) -> Iterator[Finding]:
    if authority is None:
        report.remarks.append(f"the time stamp of seal {number} was not checked: name its authority")
        return
    stamp = stamp_from(token, number=number, digest=digest, authority="the pack")
    reason = stamp if isinstance(stamp, str) else authority.fault(stamp)
    if reason is not None:
        place = stamp_name(number)
        yield Finding(fault=Fault.TIMESTAMP_WRONG, place=place, expected="a valid stamp", found=reason)
    elif not isinstance(stamp, str):
        report.remarks.append(f"an authority stamped seal {number} at {stamp.stamped_at.isoformat()}")
