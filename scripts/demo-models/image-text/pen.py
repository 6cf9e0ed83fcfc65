"""Drawing in a box whose sides are 1 long, wherever and however large the box is on the picture."""
from PIL import ImageDraw


def mix(color, other, share):
    return tuple(round(a + (b - a) * share) for a, b in zip(color, other))


class Pen:
    """`main` is the colour of the thing, `dark` and `light` are shades of it; every part has a thin line around it."""

    def __init__(self, image, box, color, flip=False):
        self.draw = ImageDraw.Draw(image)
        self.left, self.top, self.width, self.height = box
        self.flip = flip
        self.main = color
        brightness = sum(color) / 3
        self.dark = mix(color, (0, 0, 0), 0.3) if brightness > 60 else mix(color, (255, 255, 255), 0.22)
        self.light = mix(color, (255, 255, 255), 0.45)
        self.line = mix(color, (0, 0, 0), 0.6) if brightness > 60 else (120, 120, 125)
        self.line_width = max(1, round(min(self.width, self.height) * 0.025))

    def at(self, x, y):
        return self.left + (1 - x if self.flip else x) * self.width, self.top + y * self.height

    def _corners(self, x0, y0, x1, y1):
        (ax, ay), (bx, by) = self.at(x0, y0), self.at(x1, y1)
        return [min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)]

    def polygon(self, points, fill=None):
        placed = [self.at(x, y) for x, y in points]
        self.draw.polygon(placed, fill=fill or self.main)
        self.draw.line([*placed, placed[0]], fill=self.line, width=self.line_width, joint="curve")

    def oval(self, x0, y0, x1, y1, fill=None, line=True):
        self.draw.ellipse(self._corners(x0, y0, x1, y1), fill=fill or self.main, outline=self.line if line else None,
                          width=self.line_width)

    def box(self, x0, y0, x1, y1, fill=None, line=True):
        self.draw.rectangle(self._corners(x0, y0, x1, y1), fill=fill or self.main, outline=self.line if line else None,
                            width=self.line_width)

    def slice(self, x0, y0, x1, y1, start, end, fill=None):
        """A part of an oval, between two angles in degrees, clockwise from the right."""
        if self.flip:
            start, end = 180 - end, 180 - start
        self.draw.pieslice(self._corners(x0, y0, x1, y1), start, end, fill=fill or self.main, outline=self.line,
                           width=self.line_width)

    def ring(self, x0, y0, x1, y1, thickness, fill=None):
        self.draw.ellipse(self._corners(x0, y0, x1, y1), outline=fill or self.main,
                          width=max(2, round(thickness * min(self.width, self.height))))

    def stroke(self, points, thickness, fill=None):
        self.draw.line([self.at(x, y) for x, y in points], fill=fill or self.main, joint="curve",
                       width=max(1, round(thickness * min(self.width, self.height))))
