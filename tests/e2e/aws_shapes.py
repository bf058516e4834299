"""Write the largest requests that AWS's own model of a service allows, with a mark in every string. Knows botocore's data only.

As for the SDKs' types: of a union inside a list every member becomes an item; anywhere else each body takes another one.
"""

import itertools

from botocore.loaders import Loader

DEEPEST = 14


class Writer:
    """Writes one body; `turn` says which member of each union it takes."""

    def __init__(self, shapes, turn):
        self.shapes, self.turn, self.widest, self.numbers = shapes, turn, 1, itertools.count()

    def mark(self):
        return f"MARK{next(self.numbers)}KRAM"

    def write(self, name, above=(), scale=1):
        shape = self.shapes[name]
        above = (*above, name)
        match shape["type"]:
            case "structure" if shape.get("document"):
                return {self.mark(): [self.mark(), {"name": self.mark(), "id": self.mark(), "type": self.mark()}]}
            case "structure" if shape.get("union"):
                width = scale * len(shape["members"])
                self.widest = max(self.widest, width)
                members = self._members(shape, above, width)
                return dict([members[self.turn // scale % len(members)]]) if members else {}
            case "structure":
                return dict(self._members(shape, above, scale))
            case "list":
                inner = shape["member"]["shape"]
                if self.shapes[inner].get("union"):
                    return [{key: value} for key, value in self._members(self.shapes[inner], (*above, inner), scale)]
                return [self.write(inner, above, scale)]
            case "map":
                return {self.mark(): self.write(shape["value"]["shape"], above, scale)}
            case "string" if "enum" in shape:
                return shape["enum"][0]
            case "string" | "blob" | "timestamp":
                return self.mark()
            case "boolean":
                return self.turn % 2 == 0
        return 1

    def _members(self, shape, above, scale):
        """Members of a structure that stand in the body, without what would never end."""
        inside = {name: to["shape"] for name, to in shape["members"].items() if to.get("location") is None}
        return [
            (name, self.write(to, above, scale))
            for name, to in inside.items()
            if to not in above and len(above) < DEEPEST
        ]


def bodies(service, operation):
    """As many bodies as the widest union inside has members."""
    model = Loader().load_service_model(service, "service-2")
    name = model["operations"][operation]["input"]["shape"]
    turn, widest = 0, 1
    while turn < widest:
        writer = Writer(model["shapes"], turn)
        yield writer.write(name)
        turn, widest = turn + 1, max(widest, writer.widest)
