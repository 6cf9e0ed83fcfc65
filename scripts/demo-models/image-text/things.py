"""The kinds of things and how each is drawn, in a square box with the thing filling it."""
import math

WHITE, GLASS, WOOD, METAL, BLACK = (250, 250, 250), (190, 220, 240), (125, 85, 50), (130, 130, 135), (40, 40, 45)


def car(pen):
    pen.polygon([(0.2, 0.5), (0.32, 0.27), (0.68, 0.27), (0.82, 0.5)], pen.main)
    pen.polygon([(0.28, 0.49), (0.36, 0.33), (0.48, 0.33), (0.48, 0.49)], GLASS)
    pen.polygon([(0.53, 0.49), (0.53, 0.33), (0.65, 0.33), (0.74, 0.49)], GLASS)
    pen.box(0.02, 0.48, 0.98, 0.7)
    for x in (0.22, 0.74):
        pen.oval(x - 0.11, 0.6, x + 0.11, 0.82, BLACK)
        pen.oval(x - 0.04, 0.67, x + 0.04, 0.75, METAL, line=False)


def house(pen):
    pen.box(0.12, 0.42, 0.88, 0.97)
    pen.polygon([(0.02, 0.44), (0.5, 0.03), (0.98, 0.44)], pen.dark)
    pen.box(0.42, 0.66, 0.6, 0.97, pen.dark)
    pen.box(0.2, 0.52, 0.36, 0.68, GLASS)
    pen.box(0.66, 0.52, 0.8, 0.68, GLASS)


def tree(pen):
    pen.box(0.43, 0.6, 0.57, 1.0, WOOD)
    pen.oval(0.05, 0.25, 0.55, 0.72)
    pen.oval(0.45, 0.25, 0.95, 0.72)
    pen.oval(0.2, 0.0, 0.8, 0.55)
    pen.oval(0.25, 0.3, 0.75, 0.7, pen.main, line=False)


def boat(pen):
    pen.box(0.47, 0.05, 0.51, 0.7, WOOD)
    pen.polygon([(0.54, 0.08), (0.54, 0.6), (0.92, 0.6)], pen.light)
    pen.polygon([(0.44, 0.18), (0.44, 0.6), (0.14, 0.6)], pen.light)
    pen.polygon([(0.02, 0.66), (0.98, 0.66), (0.8, 0.93), (0.2, 0.93)])


def ball(pen):
    pen.oval(0.05, 0.05, 0.95, 0.95)
    pen.stroke([(0.08, 0.42), (0.3, 0.52), (0.5, 0.54), (0.7, 0.52), (0.92, 0.42)], 0.05, pen.dark)
    pen.stroke([(0.5, 0.07), (0.43, 0.3), (0.43, 0.7), (0.5, 0.93)], 0.05, pen.dark)
    pen.oval(0.2, 0.16, 0.38, 0.32, pen.light, line=False)


def cup(pen):
    pen.ring(0.6, 0.32, 0.98, 0.72, 0.08)
    pen.polygon([(0.06, 0.2), (0.76, 0.2), (0.68, 0.92), (0.14, 0.92)])
    pen.oval(0.06, 0.12, 0.76, 0.28, pen.dark)


def chair(pen):
    pen.box(0.18, 0.02, 0.3, 0.98)
    pen.box(0.18, 0.06, 0.34, 0.5, pen.main)
    pen.box(0.18, 0.5, 0.86, 0.62)
    pen.box(0.76, 0.6, 0.86, 0.98)


def star(pen):
    points = []
    for i in range(10):
        radius = 0.52 if i % 2 == 0 else 0.21
        angle = math.pi * i / 5 - math.pi / 2
        points.append((0.5 + radius * math.cos(angle), 0.53 + radius * math.sin(angle)))
    pen.polygon(points)


def heart(pen):
    points = []
    for i in range(40):
        t = 2 * math.pi * i / 40
        x = 16 * math.sin(t) ** 3
        y = 13 * math.cos(t) - 5 * math.cos(2 * t) - 2 * math.cos(3 * t) - math.cos(4 * t)
        points.append((0.5 + x / 34, 0.44 - y / 34))
    pen.polygon(points)


def fish(pen):
    pen.polygon([(0.66, 0.5), (0.98, 0.22), (0.98, 0.78)], pen.dark)
    pen.polygon([(0.35, 0.32), (0.5, 0.1), (0.62, 0.34)], pen.dark)
    pen.oval(0.02, 0.24, 0.78, 0.76)
    pen.oval(0.14, 0.38, 0.26, 0.5, WHITE)
    pen.oval(0.18, 0.41, 0.23, 0.47, BLACK, line=False)


def flower(pen):
    pen.box(0.47, 0.5, 0.53, 1.0, (70, 130, 60), line=False)
    pen.oval(0.52, 0.72, 0.76, 0.84, (70, 130, 60), line=False)
    for i in range(6):
        x, y = 0.5 + 0.22 * math.cos(i * math.pi / 3), 0.33 + 0.22 * math.sin(i * math.pi / 3)
        pen.oval(x - 0.15, y - 0.15, x + 0.15, y + 0.15)
    pen.oval(0.38, 0.21, 0.62, 0.45, pen.dark)


def umbrella(pen):
    pen.box(0.48, 0.4, 0.53, 0.92, METAL, line=False)
    pen.stroke([(0.505, 0.9), (0.48, 0.97), (0.4, 0.97), (0.37, 0.9)], 0.05, METAL)
    pen.slice(0.02, 0.06, 0.98, 0.98, 180, 360)
    pen.slice(0.3, 0.06, 0.7, 0.98, 180, 360, pen.dark)


def mushroom(pen):
    pen.polygon([(0.38, 0.45), (0.62, 0.45), (0.68, 0.95), (0.32, 0.95)], (240, 230, 210))
    pen.slice(0.04, 0.06, 0.96, 0.98, 180, 360)
    for x, y in ((0.3, 0.34), (0.52, 0.2), (0.7, 0.38)):
        pen.oval(x - 0.06, y - 0.05, x + 0.06, y + 0.05, pen.light, line=False)


def bottle(pen):
    pen.box(0.42, 0.0, 0.58, 0.12, pen.dark)
    pen.polygon([(0.43, 0.1), (0.57, 0.1), (0.58, 0.3), (0.72, 0.42), (0.72, 0.98), (0.28, 0.98), (0.28, 0.42), (0.42, 0.3)])
    pen.box(0.29, 0.56, 0.71, 0.8, pen.light)


def key(pen):
    pen.ring(0.02, 0.3, 0.42, 0.7, 0.11)
    pen.box(0.38, 0.44, 0.98, 0.56, line=False)
    pen.box(0.72, 0.5, 0.8, 0.76, line=False)
    pen.box(0.88, 0.5, 0.97, 0.72, line=False)


def hat(pen):
    pen.box(0.26, 0.18, 0.74, 0.74)
    pen.box(0.26, 0.58, 0.74, 0.7, pen.dark)
    pen.oval(0.02, 0.66, 0.98, 0.86)


def lamp(pen):
    pen.box(0.47, 0.45, 0.53, 0.92, METAL)
    pen.oval(0.28, 0.86, 0.72, 0.98, METAL)
    pen.polygon([(0.34, 0.06), (0.66, 0.06), (0.9, 0.52), (0.1, 0.52)])


def cat(pen):
    pen.polygon([(0.14, 0.5), (0.16, 0.06), (0.44, 0.3)])
    pen.polygon([(0.86, 0.5), (0.84, 0.06), (0.56, 0.3)])
    pen.oval(0.1, 0.2, 0.9, 0.95)
    for x in (0.34, 0.66):
        pen.oval(x - 0.08, 0.42, x + 0.08, 0.58, WHITE)
        pen.oval(x - 0.03, 0.44, x + 0.03, 0.57, BLACK, line=False)
    pen.polygon([(0.45, 0.66), (0.55, 0.66), (0.5, 0.74)], (230, 130, 140))
    for y in (0.7, 0.78):
        pen.stroke([(0.02, y - 0.06), (0.36, y)], 0.02, pen.line)
        pen.stroke([(0.98, y - 0.06), (0.64, y)], 0.02, pen.line)


def bird(pen):
    pen.polygon([(0.72, 0.58), (1.0, 0.42), (0.96, 0.7)], pen.dark)
    pen.oval(0.2, 0.36, 0.82, 0.8)
    pen.oval(0.12, 0.16, 0.48, 0.52)
    pen.polygon([(0.14, 0.3), (0.0, 0.38), (0.15, 0.42)], (240, 170, 40))
    pen.slice(0.36, 0.3, 0.8, 0.74, 0, 150, pen.dark)
    pen.oval(0.22, 0.26, 0.3, 0.34, BLACK, line=False)
    for x in (0.45, 0.58):
        pen.stroke([(x, 0.79), (x, 0.97)], 0.03, (200, 130, 40))


def rocket(pen):
    pen.polygon([(0.34, 0.55), (0.08, 0.9), (0.36, 0.84)], pen.dark)
    pen.polygon([(0.66, 0.55), (0.92, 0.9), (0.64, 0.84)], pen.dark)
    pen.polygon([(0.5, 0.0), (0.66, 0.22), (0.68, 0.86), (0.32, 0.86), (0.34, 0.22)])
    pen.oval(0.41, 0.3, 0.59, 0.48, GLASS)
    pen.polygon([(0.42, 0.86), (0.58, 0.86), (0.5, 1.0)], (250, 180, 60))


DRAW = {function.__name__: function for function in (
    car, house, tree, boat, ball, cup, chair, star, heart, fish, flower, umbrella, mushroom, bottle, key, hat, lamp, cat, bird, rocket)}
KINDS = tuple(DRAW)

COLORS = {"red": (212, 30, 35), "blue": (35, 80, 215), "green": (35, 145, 55), "yellow": (248, 222, 40), "orange": (246, 132, 20),
          "purple": (130, 45, 165), "pink": (250, 140, 190), "brown": (118, 72, 38), "black": (26, 26, 28), "white": (246, 246, 246)}
