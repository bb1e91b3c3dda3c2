#!/usr/bin/python3
"""Draws the sample site's pictures: demo/draw_images.py. Their PNG files are committed beside it, in images/."""
import math
import pathlib
import random
import struct
import zlib

WIDTH, HEIGHT = 1200, 560


def mix(a, b, share):
    return tuple(x + (y - x) * share for x, y in zip(a, b))


def rgb(text):
    return tuple(int(text[i:i + 2], 16) for i in (0, 2, 4))


class Picture:
    def __init__(self, top, bottom):
        rows = (mix(rgb(top), rgb(bottom), y / HEIGHT) for y in range(HEIGHT))
        self.rows = [[colour] * WIDTH for colour in rows]

    def blend(self, x, y, colour, share):
        if share > 0 and 0 <= x < WIDTH and 0 <= y < HEIGHT:
            self.rows[y][x] = mix(self.rows[y][x], colour, min(share, 1))

    def disc(self, cx, cy, radius, colour, strength=1.0):
        for y in range(int(cy - radius) - 1, int(cy + radius) + 2):
            for x in range(int(cx - radius) - 1, int(cx + radius) + 2):
                self.blend(x, y, rgb(colour), strength * min(max(radius - math.hypot(x - cx, y - cy) + 0.5, 0), 1))

    def hills(self, base, swell, colour, seed, rough=0.0):
        """A ridge across the picture: everything below it takes the colour."""
        chance = random.Random(seed)
        waves = [(chance.uniform(0.6, 1.0) * swell / n, n * chance.uniform(0.8, 1.2), chance.uniform(0, 6.3))
                 for n in (1, 2, 3, 5, 8)]
        for x in range(WIDTH):
            ridge = base - sum(a * math.sin(f * 6.3 * x / WIDTH + p) for a, f, p in waves) - chance.uniform(0, rough)
            for y in range(max(int(ridge), 0), HEIGHT):
                self.blend(x, y, rgb(colour), y + 1 - ridge)

    def tree(self, x, foot, height, colour):
        """A spruce."""
        for y in range(int(foot - height), int(foot)):
            down = (y - foot + height) / height
            half = height * 0.2 * down * (0.55 + 0.45 * ((down * 6) % 1))
            for column in range(int(x - half) - 1, int(x + half) + 2):
                self.blend(column, y, rgb(colour), half - abs(column - x) + 0.5)

    def swift(self, cx, cy, span, tilt, colour):
        """Two swept wings: what lies inside one circle and outside another."""
        for y in range(int(cy - 1.2 * span), int(cy + 1.2 * span) + 1):
            for x in range(int(cx - 1.2 * span), int(cx + 1.2 * span) + 1):
                u = (x - cx) * math.cos(tilt) + (y - cy) * math.sin(tilt)
                v = (y - cy) * math.cos(tilt) - (x - cx) * math.sin(tilt)
                wings = min(span - math.hypot(u, v - 0.62 * span), math.hypot(u, v - 1.16 * span) - 1.3 * span)
                along = max(abs(v + 0.16 * span) - 0.28 * span, 0)
                body = (0.1 - 0.1 * max(v / span + 0.16, 0)) * span - math.hypot(u, along)
                self.blend(x, y, rgb(colour), max(wings, body) + 0.5)

    def save(self, path):
        raw = b"".join(b"\0" + bytes(round(channel) for pixel in row for channel in pixel) for row in self.rows)

        def chunk(kind, data):
            return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
        path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(raw, 9))
                         + chunk(b"IEND", b""))


def winter():
    picture = Picture("2f4b6e", "f3d9c4")
    picture.disc(880, 250, 120, "ffe9cf", 0.25)
    picture.disc(880, 250, 62, "fff3df")
    picture.hills(330, 46, "a9b7c9", 3)
    picture.hills(390, 40, "7f93ac", 8)
    chance = random.Random(5)
    for _ in range(46):
        x = chance.uniform(0, WIDTH)
        picture.tree(x, 470 + chance.uniform(-14, 26), chance.uniform(46, 120), "2c4058")
    picture.hills(470, 22, "eef2f6", 12)
    for _ in range(170):
        picture.disc(chance.uniform(0, WIDTH), chance.uniform(0, HEIGHT), chance.uniform(1, 2.6), "ffffff", 0.8)
    return picture


def swifts():
    picture = Picture("5b86c0", "fbe3b8")
    picture.hills(470, 20, "8a7d76", 4)
    for x, y, span, tilt in ((310, 150, 66, 0.5), (520, 236, 40, -0.3), (700, 120, 52, 0.9), (860, 268, 32, 0.1),
                             (980, 170, 46, -0.7), (170, 300, 30, 0.2)):
        picture.swift(x, y, span, tilt, "2b2f3a")
    picture.hills(510, 12, "5a4f4d", 21)
    return picture


def fog():
    picture = Picture("c9d3d6", "e9ebe6")
    for number, colour in enumerate(("bcc8cb", "a5b6b8", "88a09f", "66827f", "48655f")):
        picture.hills(210 + 74 * number, 54 - 5 * number, colour, 30 + number)
    chance = random.Random(9)
    for _ in range(9):
        picture.tree(chance.uniform(0, WIDTH), 560, chance.uniform(70, 150), "35504a")
    return picture


def marsh():
    picture = Picture("f4b183", "fde8c8")
    picture.disc(360, 300, 54, "fff6e0")
    picture.hills(318, 8, "8c6f78", 2)
    for y in range(330, HEIGHT):  # water: the sky again, upside down, in ripples
        for x in range(WIDTH):
            ripple = 0.5 + 0.5 * math.sin(y * 0.35 + 3 * math.sin(x / 190 + y / 23))
            picture.rows[y][x] = mix(rgb("e9a27c"), rgb("f9d9b4"), round(ripple * 6) / 6)
    for number, colour in enumerate(("93745a", "6d5846", "463a32")):
        picture.hills(430 + 52 * number, 16, colour, 40 + number, rough=16)
    return picture


for scene in (winter, swifts, fog, marsh):
    scene().save(pathlib.Path(__file__).parent / "images" / f"{scene.__name__}.png")
