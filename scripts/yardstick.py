#!/usr/bin/python3
"""Prints the processor time, in seconds, of a fixed piece of work: how fast this machine is at this moment.

The work is like that of a parser: many small allocations, a table of strings, a sort. Nothing of the program takes part.
"""
import random
import time

words = random.Random(1).choices([f"{number:08}" for number in range(100_000)], k=200_000)
for _ in range(4):
    counts = {}
    for word in " ".join(words).split():
        counts[word] = counts.get(word, 0) + 1
    sorted(counts)
print(time.process_time())
