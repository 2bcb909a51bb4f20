"""What can be wrong with a story or its rendering."""

from models.errors import ModelError


class SynthError(ModelError):
    """A rendered picture or clip cannot be made."""


class StoryError(SynthError):
    """A story file says something wrong. `where` is `file:line field`."""

    def __init__(self, where: str, expected: str, found: object) -> None:
        super().__init__(f"{where}: expected {expected}, found {found!r}")
        self.where = where
        self.expected = expected
        self.found = found


class RendererMissingError(SynthError):
    """Blender's Python module is not installed: the extra `synth` brings it."""

    def __init__(self) -> None:
        super().__init__(
            "rendering needs Blender's Python module: install the extra `synth` into an environment of its own"
        )
