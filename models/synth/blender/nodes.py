"""A small hand for shader graphs: nodes by type, sockets by name."""

from typing import Any


class Graph:
    """The node tree of one material. A value given as a node's output is linked, any other is set."""

    def __init__(self, material: Any) -> None:
        material.use_nodes = True
        self.tree = material.node_tree
        self.tree.nodes.clear()

    def node(self, kind: str, inputs: dict[str | int, Any] | None = None, **settings: Any) -> Any:
        made = self.tree.nodes.new(kind)
        for name, value in settings.items():
            setattr(made, name, value)
        for socket, value in (inputs or {}).items():
            self.put(made.inputs[socket], value)
        return made

    def put(self, socket: Any, value: Any) -> None:
        if hasattr(value, "is_output"):
            self.tree.links.new(value, socket)
        else:
            socket.default_value = value

    def attribute(self, name: str) -> Any:
        return self.node("ShaderNodeAttribute", attribute_name=name)

    def noise(
        self, where: Any, scale: float, detail: float = 3.0, roughness: float = 0.55, distortion: float = 0.0
    ) -> Any:
        """Clouds in [0, 1], mostly around 0.5."""
        inputs: dict[str | int, Any] = {
            "Vector": where,
            "Scale": scale,
            "Detail": detail,
            "Roughness": roughness,
            "Distortion": distortion,
        }
        return self.node("ShaderNodeTexNoise", inputs).outputs["Fac"]

    def scaled(self, where: Any, factors: tuple[float, float, float]) -> Any:
        return self.node("ShaderNodeVectorMath", {0: where, 1: factors}, operation="MULTIPLY").outputs[0]

    def ramp(self, value: Any, low: float, high: float, to_low: float = 0.0, to_high: float = 1.0) -> Any:
        """`value` from [low, high] to [to_low, to_high], clamped."""
        inputs: dict[str | int, Any] = {"Value": value, 1: low, 2: high, 3: to_low, 4: to_high}
        return self.node("ShaderNodeMapRange", inputs).outputs[0]

    def math(self, operation: str, first: Any, second: Any = 0.0) -> Any:
        return self.node("ShaderNodeMath", {0: first, 1: second}, operation=operation).outputs[0]

    def mix(self, share: Any, first: Any, second: Any, blend: str = "MIX") -> Any:
        made = self.node("ShaderNodeMix", data_type="RGBA", blend_type=blend)
        for place, value in ((0, share), (6, first), (7, second)):
            self.put(made.inputs[place], value)
        return made.outputs[2]

    def bump(self, height: Any, strength: float, distance: float) -> Any:
        inputs: dict[str | int, Any] = {"Height": height, "Strength": strength, "Distance": distance}
        return self.node("ShaderNodeBump", inputs).outputs[0]

    def surface(self, colour: Any, roughness: Any, metallic: float = 0.0, normal: Any = None, **more: Any) -> None:
        """Close the graph with one principled surface."""
        shader = self.node(
            "ShaderNodeBsdfPrincipled", {"Base Color": colour, "Roughness": roughness, "Metallic": metallic}
        )
        if normal is not None:
            self.put(shader.inputs["Normal"], normal)
        for name, value in more.items():
            self.put(shader.inputs[name.replace("_", " ").title()], value)
        output = self.node("ShaderNodeOutputMaterial")
        self.tree.links.new(shader.outputs[0], output.inputs[0])
