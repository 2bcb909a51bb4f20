"""Labels as Pascal VOC writes them: an XML file per picture with boxes in pixels.

VOC counted pixels from 1, most tools that write the format count from 0. The difference of one pixel is left alone.
"""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NoReturn
from xml.parsers import expat

from models.data.collecting import Collector, Edges
from models.data.errors import DataNotFoundError, FaultsError, LabelFileError, PictureError
from models.data.ontology import ClassMap
from models.data.pictures import picture_files
from models.data.records import Imported, LabelledBox, Record

ASPECT_TOLERANCE = 0.02
"""Pictures are often scaled after they were labelled; another shape means other labels (or a turned picture)."""


@dataclass(slots=True)
class Element:
    """One XML element and the line on which it begins."""

    tag: str
    line: int
    text: str = ""
    children: list["Element"] = field(default_factory=list)

    def child(self, tag: str) -> "Element | None":
        return next((child for child in self.children if child.tag == tag), None)


def import_voc(folder: Path, *, source: str, class_map: ClassMap, labelled: frozenset[str] | None = None) -> Imported:
    """All pictures below a folder that have an XML file of the same name.

    Without `labelled` the classes that have a box anywhere in the folder count as labelled.
    Raises FaultsError with all that is wrong, DataNotFoundError where there is no XML file.
    """
    files = sorted(path for path in folder.rglob("*.xml") if not path.name.startswith("._"))
    if not files:
        raise DataNotFoundError(folder, "XML files")
    pictures = {path.stem: path for path in picture_files(folder)}
    collector = Collector(source, class_map, labelled or frozenset())
    for path in files:
        collector.take(lambda path=path: _record(collector, path, pictures))  # type: ignore[misc]
    if collector.faults:
        raise FaultsError(collector.faults)
    collector.counts.pictures_without_labels = len(pictures.keys() - {path.stem for path in files})
    if labelled is None:
        return _with_labelled(collector)
    return collector.imported()


def _with_labelled(collector: Collector) -> Imported:
    seen = frozenset[str]().union(*(record.labels for record in collector.records))
    records = tuple(replace(record, labelled=seen) for record in collector.records)
    return Imported(records=records, counts=collector.counts)


def _record(collector: Collector, path: Path, pictures: dict[str, Path]) -> Record:
    root = parse_xml(path)
    picture = pictures.get(path.stem) or pictures.get(Path(_text(root, "filename")).stem)
    if picture is None:
        raise PictureError(path.with_suffix(""), "missing")
    record = collector.record(picture, ())
    width, height = _size(root, path, record)
    boxes = []
    for thing in (child for child in root.children if child.tag == "object"):
        name = _required(thing, "name", path)
        label = collector.label(name.text, path, name.line)
        box = collector.box(_edges(thing, path, width, height), path, thing.line) if label else None
        if label and box:
            boxes.append(LabelledBox(label=label, box=box))
    return replace(record, boxes=collector.different(boxes))


def _size(root: Element, path: Path, picture: Record) -> tuple[float, float]:
    """Width and height that the boxes refer to. Tools that do not know it write 0: then the picture's own."""
    size = root.child("size")
    if size is None:
        return picture.width_px, picture.height_px
    width, height = (_number(_required(size, side, path), path) for side in ("width", "height"))
    if width <= 0 or height <= 0:
        return picture.width_px, picture.height_px
    if abs((width / height) / (picture.width_px / picture.height_px) - 1) > ASPECT_TOLERANCE:
        expected = f"the picture's shape {picture.width_px}x{picture.height_px}"
        raise LabelFileError(path, field="size", expected=expected, found=f"{width:g}x{height:g}", line=size.line)
    return width, height


def _edges(thing: Element, path: Path, width: float, height: float) -> Edges:
    box = _required(thing, "bndbox", path)
    left, top, right, bottom = (_number(_required(box, edge, path), path) for edge in ("xmin", "ymin", "xmax", "ymax"))
    return left / width, top / height, right / width, bottom / height


def _required(parent: Element, tag: str, path: Path) -> Element:
    child = parent.child(tag)
    if child is None:
        raise LabelFileError(path, field=f"{parent.tag}.{tag}", expected="an element", found=None, line=parent.line)
    return child


def _number(element: Element, path: Path) -> float:
    try:
        return float(element.text)
    except ValueError as error:
        raise LabelFileError(
            path, field=element.tag, expected="a number", found=element.text, line=element.line
        ) from error


def _text(parent: Element, tag: str) -> str:
    child = parent.child(tag)
    return child.text if child else ""


def parse_xml(path: Path) -> Element:
    """The root element. Raises LabelFileError for what is no XML, or declares entities of its own."""
    content = path.read_bytes()
    # Blank lines before the declaration are against the rules and not rare.
    skipped = content[: len(content) - len(content.lstrip())].count(b"\n")
    parser = expat.ParserCreate()
    top = Element("", 0)
    stack = [top]

    def start(tag: str, _attributes: dict[str, str]) -> None:
        element = Element(tag, parser.CurrentLineNumber + skipped)
        stack[-1].children.append(element)
        stack.append(element)

    def end(_tag: str) -> None:
        stack[-1].text = stack[-1].text.strip()
        stack.pop()

    def characters(text: str) -> None:
        stack[-1].text += text

    def entity(*_said: object) -> NoReturn:
        line = parser.CurrentLineNumber + skipped
        raise LabelFileError(path, field="document", expected="XML without entities", found="an entity", line=line)

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler, parser.EntityDeclHandler = characters, entity
    try:
        parser.Parse(content.lstrip(), True)
    except expat.ExpatError as error:
        line = error.lineno + skipped
        raise LabelFileError(path, field="document", expected="XML", found=str(error), line=line) from error
    return top.children[0]
