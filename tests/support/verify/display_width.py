"""Columns of each assigned character, by Python's Unicode tables: prints JSON, [[first, last, columns], ...]. Left out are
controls and surrogates."""
import json
import unicodedata

# Signs around or below the digits that follow, and the soft hyphen: category Cf, but visible.
SEEN = {0xAD, *range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD}


def columns(number):
    category = unicodedata.category(chr(number))
    if category in ("Cc", "Cn", "Cs", "Co"):
        return None
    if 0x1160 <= number <= 0x11FF or (category in ("Mn", "Me", "Cf") and number not in SEEN):
        return 0
    return 2 if unicodedata.east_asian_width(chr(number)) in "WF" else 1


ranges = []
for number in range(0x110000):
    width = columns(number)
    if width is None:
        continue
    if ranges and ranges[-1][1] == number - 1 and ranges[-1][2] == width:
        ranges[-1][1] = number
    else:
        ranges.append([number, number, width])
print(json.dumps(ranges))
