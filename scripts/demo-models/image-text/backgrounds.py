"""Where scenes take place. Each function fills a picture; rng gives shades, horizon and details."""
from PIL import Image, ImageDraw


def shade(rng, color, spread=14):
    return tuple(max(0, min(255, part + rng.randint(-spread, spread))) for part in color)


def gradient(size, top, bottom):
    column = Image.new("RGB", (1, 2))
    column.putpixel((0, 0), top)
    column.putpixel((0, 1), bottom)
    return column.resize(size, Image.BILINEAR)


def split(rng, size, sky, ground, low=0.35, high=0.6):
    """Sky above, ground below; returns picture, pen, height of the horizon."""
    width, height = size
    image = gradient(size, shade(rng, sky[0]), shade(rng, sky[1]))
    horizon = round(height * rng.uniform(low, high))
    image.paste(gradient((width, height - horizon), shade(rng, ground[0]), shade(rng, ground[1])), (0, horizon))
    return image, ImageDraw.Draw(image), horizon


def cloud(rng, draw, width, horizon, color):
    x, y, r = rng.uniform(0, width), rng.uniform(0, horizon * 0.6), width * rng.uniform(0.04, 0.08)
    for dx, dy in ((-1.1, 0.2), (0, -0.2), (1.1, 0.2)):
        draw.ellipse([x + dx * r - r, y + dy * r - r * 0.7, x + dx * r + r, y + dy * r + r * 0.7], fill=color)


def meadow(rng, size):
    image, draw, horizon = split(rng, size, ((120, 185, 240), (190, 225, 250)), ((150, 210, 115), (115, 185, 85)))
    for _ in range(rng.randint(0, 3)):
        cloud(rng, draw, size[0], horizon, (250, 250, 252))
    for _ in range(25):
        x, y = rng.uniform(0, size[0]), rng.uniform(horizon, size[1])
        draw.line([x, y, x + size[0] * 0.01, y - size[1] * 0.03], fill=(90, 160, 70))
    return image


def beach(rng, size):
    image, draw, horizon = split(rng, size, ((135, 200, 245), (205, 235, 250)), ((238, 218, 165), (228, 202, 145)), 0.5, 0.66)
    sea = round(horizon * rng.uniform(0.5, 0.68))
    draw.rectangle([0, sea, size[0], horizon], fill=shade(rng, (50, 135, 190)))
    for _ in range(8):
        x, y = rng.uniform(0, size[0]), rng.uniform(sea, horizon)
        draw.line([x, y, x + size[0] * 0.12, y], fill=(150, 205, 230), width=max(1, size[1] // 100))
    return image


def snow(rng, size):
    image, draw, horizon = split(rng, size, ((175, 190, 210), (205, 215, 230)), ((232, 238, 246), (220, 228, 240)))
    for _ in range(60):
        x, y, r = rng.uniform(0, size[0]), rng.uniform(0, size[1]), size[1] * rng.uniform(0.005, 0.012)
        draw.ellipse([x - r, y - r, x + r, y + r], fill=(255, 255, 255))
    return image


def night(rng, size):
    image, draw, horizon = split(rng, size, ((12, 16, 48), (30, 38, 85)), ((32, 45, 55), (22, 32, 42)), 0.55, 0.75)
    for _ in range(35):
        x, y, r = rng.uniform(0, size[0]), rng.uniform(0, horizon), size[1] * rng.uniform(0.003, 0.008)
        draw.ellipse([x - r, y - r, x + r, y + r], fill=(230, 230, 200))
    x, y, r = rng.uniform(0.1, 0.9) * size[0], rng.uniform(0.08, 0.25) * size[1], size[1] * rng.uniform(0.04, 0.07)
    draw.ellipse([x - r, y - r, x + r, y + r], fill=(240, 238, 210))
    return image


def desert(rng, size):
    image, draw, horizon = split(rng, size, ((245, 195, 130), (250, 222, 175)), ((214, 150, 92), (196, 128, 74)))
    width, height = size
    for _ in range(3):
        x, y, w = rng.uniform(0, width), rng.uniform(horizon, height), width * rng.uniform(0.25, 0.5)
        draw.pieslice([x - w, y - w * 0.18, x + w, y + w * 0.18], 180, 360, fill=shade(rng, (224, 165, 105), 8))
    return image


def room(rng, size):
    image, draw, horizon = split(rng, size, ((226, 214, 200), (218, 205, 190)), ((176, 138, 100), (155, 118, 84)), 0.62, 0.75)
    width, height = size
    for i in range(1, 7):
        x = width * i / 7
        draw.line([x, horizon, width / 2 + (x - width / 2) * 1.6, height], fill=(140, 104, 72))
    draw.rectangle([0, horizon - height * 0.025, width, horizon], fill=(245, 240, 232))
    x, y, w = rng.uniform(0.05, 0.7) * width, rng.uniform(0.05, 0.2) * height, width * 0.2
    draw.rectangle([x, y, x + w, y + height * 0.22], fill=(205, 228, 242), outline=(250, 248, 244), width=max(1, width // 60))
    return image


def city(rng, size):
    image, draw, horizon = split(rng, size, ((185, 205, 225), (215, 222, 230)), ((122, 124, 130), (104, 106, 112)), 0.6, 0.72)
    width, height = size
    x = -rng.uniform(0, 0.1) * width
    while x < width:
        w, top = width * rng.uniform(0.1, 0.18), horizon - height * rng.uniform(0.2, 0.5)
        draw.rectangle([x, top, x + w, horizon], fill=shade(rng, (150, 156, 172), 16))
        for row in range(1, 6):
            for column in (0.25, 0.65):
                y = top + row * height * 0.075
                if y + height * 0.03 < horizon:
                    draw.rectangle([x + w * column, y, x + w * (column + 0.15), y + height * 0.03], fill=(226, 228, 205))
        x += w
    draw.line([0, (horizon + height) / 2, width, (horizon + height) / 2], fill=(225, 225, 215), width=max(1, height // 60))
    return image


def mountains(rng, size):
    image, draw, horizon = split(rng, size, ((150, 195, 235), (210, 228, 240)), ((128, 150, 108), (108, 132, 92)), 0.6, 0.75)
    width, height = size
    for i in range(3):
        x, top, w = width * (i + rng.uniform(0.1, 0.9)) / 3, horizon - height * rng.uniform(0.3, 0.52), width * rng.uniform(0.25, 0.4)
        draw.polygon([(x - w, horizon), (x, top), (x + w, horizon)], fill=shade(rng, (124, 128, 142), 12))
        cap = 0.3
        draw.polygon([(x - w * cap, top + (horizon - top) * cap), (x, top), (x + w * cap, top + (horizon - top) * cap)], fill=(240, 244, 250))
    return image


def plain(rng, size):
    light = shade(rng, (225, 225, 225), 24)
    image = gradient(size, light, shade(rng, light, 6))
    if rng.random() < 0.3:
        image = image.rotate(180)
    return image


PAINT = {function.__name__: function for function in (meadow, beach, snow, night, desert, room, city, mountains, plain)}
PLACES = tuple(PAINT)
