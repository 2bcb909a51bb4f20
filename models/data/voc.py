"""Labels as Pascal VOC writes them: an XML file per picture with boxes in pixels.

VOC counted pixels from 1, most tools that write the format count from 0. The difference of one pixel is left alone.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NoReturn
from xml.parsers import expat

from models.data.collecting import Collector, Edges, require_shape
from models.data.errors import DataNotFoundError, FaultsError, LabelFileError, PictureError
from models.data.namesakes import TEST, Namesakes, side_said
from models.data.ontology import ClassMap
from models.data.records import Imported, LabelledBox, Record
from models.data.splits import TRAIN, VAL
from models.data.text import read_text


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
    """All pictures below a folder that have an XML file of the same name, beside it or in a folder near it.

    A picture is on the side, train, val or test, of which the folder of its XML file speaks, else its own folder, else
    a list in `ImageSets/Main`. Without `labelled` the classes that have a box anywhere in the folder count as labelled.
    Raises FaultsError with all that is wrong, DataNotFoundError where there is no XML file.
    """
    files = sorted(path for path in folder.rglob("*.xml") if not path.name.startswith("._"))
    if not files:
        raise DataNotFoundError(folder, "XML files")
    pictures = _Pictures(folder, files)
    collector = Collector(source, class_map, labelled or frozenset())
    for path in files:
        collector.take(lambda path=path: _record(collector, path, pictures))  # type: ignore[misc]
    if collector.faults:
        raise FaultsError(collector.faults)
    labelled_pictures = {record.picture for record in collector.records}
    collector.counts.pictures_without_labels = len(pictures.named.pictures) - len(labelled_pictures)
    if labelled is None:
        return _with_labelled(collector)
    return collector.imported()


def _with_labelled(collector: Collector) -> Imported:
    seen = frozenset[str]().union(*(record.labels for record in collector.records))
    records = tuple(replace(record, labelled=seen) for record in collector.records)
    return Imported(records=records, counts=collector.counts)


class _Pictures:
    """Where the pictures of XML files lie, and on which side."""

    def __init__(self, folder: Path, files: Sequence[Path]) -> None:
        self.named = Namesakes(folder)
        self._stems = Counter(path.stem for path in files)
        self._listed: dict[Path, dict[str, str]] = {}

    def find(self, path: Path, said: str) -> Path:
        """The picture of an XML file that says the name `said`. Raises PictureError, LabelFileError for several."""
        named = Path(said.replace("\\", "/")).name
        is_sole = self._stems[path.stem] == 1
        found = self.named.of_stem(path.stem, path, is_sole=is_sole, named=named)
        if not found:
            other = Path(named).stem
            found = self.named.of_stem(other, path, is_sole=other not in self._stems, named=named)
        if not found:
            raise PictureError(path.with_suffix(""), "missing")
        if len(found) > 1:
            expected = "one picture of that name beside the file or in a folder near it"
            raise LabelFileError(path, field="filename", expected=expected, found=", ".join(map(str, found)))
        return found[0]

    def side(self, path: Path, picture: Path) -> str:
        said = side_said(path.relative_to(self.named.folder).parent) or self.named.sides[picture]
        return said or self._lists(path.parent.parent).get(path.stem, "")

    def _lists(self, folder: Path) -> dict[str, str]:
        if folder not in self._listed:
            self._listed[folder] = _listed_sides(folder / "ImageSets" / "Main")
        return self._listed[folder]


def _listed_sides(folder: Path) -> dict[str, str]:
    """Sides by the names of pictures; what `trainval` says more is learnt from."""
    sides: dict[str, str] = {}
    for name, side in (("trainval", TRAIN), (TRAIN, TRAIN), (VAL, VAL), (TEST, TEST)):
        path = folder / f"{name}.txt"
        if path.is_file():
            sides |= {line.split()[0]: side for line in read_text(path).splitlines() if line.strip()}
    return sides


def _record(collector: Collector, path: Path, pictures: _Pictures) -> Record:
    root = parse_xml(path)
    picture = pictures.find(path, _text(root, "filename"))
    record = collector.record(picture, (), pictures.side(path, picture))
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
    require_shape((width, height), picture, path, "size", size.line)
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
