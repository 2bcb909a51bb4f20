"""The register of clauses as a file: laws with their versions, and the places in them that codes cite."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from alerts.faults import Faults
from alerts.marked_yaml import Marked
from domain.clause import Clause, ClauseRegister, Reading

LAW_NEEDED = ("id", "zh", "en", "versions")
LAW_FIELDS = (*LAW_NEEDED, "publisher", "document", "url")
VERSION_FIELDS = ("version", "valid_from", "valid_until", "read_by")
READING_FIELDS = ("by", "day", "text")
CLAUSE_NEEDED = ("id", "law", "article")
CLAUSE_FIELDS = (*CLAUSE_NEEDED, "versions", "read_in")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Law:
    """A law's versions by name, each as the clause that still lacks its id and article."""

    versions: Mapping[str, Clause]


def read_register(document: Marked, faults: Faults) -> ClauseRegister:
    """Raises CatalogueError naming the field, or hands it to `faults`."""
    fields = document.fields(("laws", "clauses"), ("laws", "clauses"))
    laws: dict[str, _Law] = {}
    for marked in fields["laws"].items():
        with faults.caught():
            _add_law(laws, marked)
    clauses: list[Clause] = []
    for marked in fields["clauses"].items():
        with faults.caught():
            clauses = _with(clauses, marked, laws)
    return ClauseRegister.of(clauses)


def _add_law(laws: dict[str, _Law], marked: Marked) -> None:
    fields = marked.fields(LAW_FIELDS, LAW_NEEDED)
    law_id = fields["id"].text()
    if law_id in laws:
        raise fields["id"].fail("each law once")
    common = Clause(
        clause_id="",
        law=fields["zh"].text(),
        law_en=fields["en"].text(),
        article="",
        version="",
        publisher=_optional(fields, "publisher"),
        document=_optional(fields, "document"),
        url=_url(fields),
    )
    versions: dict[str, Clause] = {}
    for item in fields["versions"].items():
        version = _version(item, common)
        for other in versions.values():
            if other.version == version.version or other.overlaps(version):
                raise item.fail(f"days that version {other.version} does not have", version.version)
        versions[version.version] = version
    if not versions:
        raise fields["versions"].fail("at least one version", "none")
    laws[law_id] = _Law(versions=versions)


def _version(marked: Marked, law: Clause) -> Clause:
    fields = marked.fields(VERSION_FIELDS, ("version",))
    try:
        return replace(
            law,
            version=fields["version"].text(),
            valid_from=fields["valid_from"].day() if "valid_from" in fields else None,
            valid_until=fields["valid_until"].day() if "valid_until" in fields else None,
            reading=_reading(fields["read_by"]) if "read_by" in fields else None,
        )
    except ValueError as error:
        raise fields["valid_until"].fail(str(error)) from error


def _reading(marked: Marked) -> Reading:
    fields = marked.fields(READING_FIELDS, READING_FIELDS)
    return Reading(by=fields["by"].text(), on=fields["day"].day(), text=fields["text"].text())


def _url(fields: Mapping[str, Marked]) -> str:
    url = _optional(fields, "url")
    if url and not url.startswith(("https://", "http://")):
        raise fields["url"].fail("an address with https:// or http://")
    return url


def _optional(fields: Mapping[str, Marked], name: str) -> str:
    return fields[name].text() if name in fields else ""


def _with(clauses: list[Clause], marked: Marked, laws: Mapping[str, _Law]) -> list[Clause]:
    """The clauses and one more, in all versions of its law that it names (default: in every one)."""
    fields = marked.fields(CLAUSE_FIELDS, CLAUSE_NEEDED)
    clause_id, article = fields["id"].text(), fields["article"].text()
    law = laws.get(fields["law"].text())
    if law is None:
        raise fields["law"].fail("the id of a law of this file")
    names = _versions(fields["versions"], law) if "versions" in fields else tuple(law.versions)
    read_in = _versions(fields["read_in"], law) if "read_in" in fields else ()
    for name in read_in:
        if law.versions[name].reading is None:
            raise fields["read_in"].fail(f"versions with read_by; {name} has none")
    added = [
        replace(version, clause_id=clause_id, article=article, reading=version.reading if name in read_in else None)
        for name, version in law.versions.items()
        if name in names
    ]
    for other in clauses:
        if other.clause_id == clause_id and any(other.overlaps(version) for version in added):
            raise fields["id"].fail("each clause once for a version of its law")
    return [*clauses, *added]


def _versions(marked: Marked, law: _Law) -> tuple[str, ...]:
    names = marked.texts()
    for item in marked.items():
        if item.text() not in law.versions:
            raise item.fail(f"a version of its law: {', '.join(law.versions)}")
    return names
