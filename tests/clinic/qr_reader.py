"""Reads a QR code (ISO/IEC 18004, versions 2 to 6, bytes) the way a telephone does once it has seen its modules.

It shares nothing with the library that draws the codes, and refuses a code in which a single codeword is damaged.
"""

from itertools import zip_longest

# version: {level: (codewords of error correction in a block, [data codewords of each block])}
BLOCKS = {
    2: {"L": (10, [34]), "M": (16, [28]), "Q": (22, [22]), "H": (28, [16])},
    3: {"L": (15, [55]), "M": (26, [44]), "Q": (18, [17] * 2), "H": (22, [13] * 2)},
    4: {"L": (20, [80]), "M": (18, [32] * 2), "Q": (26, [24] * 2), "H": (16, [9] * 4)},
    5: {"L": (26, [108]), "M": (24, [43] * 2), "Q": (18, [15, 15, 16, 16]), "H": (22, [11, 11, 12, 12])},
    6: {"L": (18, [68] * 2), "M": (16, [27] * 4), "Q": (24, [19] * 4), "H": (28, [15] * 4)},
}
LEVELS = {0b01: "L", 0b00: "M", 0b11: "Q", 0b10: "H"}
MASKS = [
    lambda row, column: (row + column) % 2,
    lambda row, column: row % 2,
    lambda row, column: column % 3,
    lambda row, column: (row + column) % 3,
    lambda row, column: (row // 2 + column // 3) % 2,
    lambda row, column: row * column % 2 + row * column % 3,
    lambda row, column: (row * column % 2 + row * column % 3) % 2,
    lambda row, column: ((row + column) % 2 + row * column % 3) % 2,
]


def read_qr(modules: list[list[bool]]) -> str:
    """Return the text of a code; *modules* are its rows without the quiet zone, True where dark."""
    size = len(modules)
    version = (size - 17) // 4
    level, mask = read_format(modules)
    correction, lengths = BLOCKS[version][level]
    words = codewords(modules, mask, size)[: sum(lengths) + correction * len(lengths)]
    data = deinterleave(words, lengths, correction)
    bits = "".join(f"{byte:08b}" for byte in data)
    assert bits[:4] == "0100", "bytes"
    count = int(bits[4:12], 2)
    return bytes(int(bits[12 + 8 * number : 20 + 8 * number], 2) for number in range(count)).decode()


def read_format(modules) -> tuple[str, int]:
    """Return (level, mask) from the format bits beside the upper left finder."""
    places = [(8, column) for column in (0, 1, 2, 3, 4, 5, 7, 8)] + [(row, 8) for row in (7, 5, 4, 3, 2, 1, 0)]
    value = int("".join(str(int(modules[row][column])) for row, column in places), 2) ^ 0b101010000010010
    return LEVELS[value >> 13], value >> 10 & 0b111


def is_function(row: int, column: int, size: int) -> bool:
    """Whether a module belongs to a pattern and not to the data."""
    corner = (row < 9 and column < 9) or (row < 9 and column >= size - 8) or (row >= size - 8 and column < 9)
    alignment = abs(row - (size - 7)) <= 2 and abs(column - (size - 7)) <= 2
    return corner or alignment or row == 6 or column == 6


def codewords(modules, mask: int, size: int) -> list[int]:
    """Return the bytes in the order in which they are laid: pairs of columns from the right, up and down in turn."""
    bits, upwards = [], True
    for right in [*range(size - 1, 6, -2), *range(5, 0, -2)]:
        for row in range(size - 1, -1, -1) if upwards else range(size):
            for column in (right, right - 1):
                if not is_function(row, column, size):
                    bits.append(int(modules[row][column]) ^ (MASKS[mask](row, column) == 0))
        upwards = not upwards
    return [int("".join(map(str, bits[at : at + 8])), 2) for at in range(0, len(bits) - 7, 8)]


def deinterleave(words: list[int], lengths: list[int], correction: int) -> list[int]:
    """Return the data bytes in order, having checked each block against its error correction."""
    blocks = [[] for _ in lengths]
    stream = iter(words)
    for round_ in zip_longest(*(range(length) for length in lengths)):
        for block, number in zip(blocks, round_, strict=True):
            if number is not None:
                block.append(next(stream))
    data = [list(block) for block in blocks]
    for _ in range(correction):
        for block in blocks:
            block.append(next(stream))
    for block in blocks:
        assert not any(syndromes(block, correction)), "a codeword is damaged"
    return [byte for block in data for byte in block]


def syndromes(block: list[int], count: int) -> list[int]:
    """Return the values of the block's polynomial at the powers of 2 in GF(256); all are 0 in a sound block."""
    found, power = [], 1
    for _ in range(count):
        value = 0
        for word in block:
            value = multiply(value, power) ^ word
        found.append(value)
        power = multiply(power, 2)
    return found


def multiply(one: int, other: int) -> int:
    """Return the product in GF(256) modulo 0x11d."""
    product = 0
    while other:
        if other & 1:
            product ^= one
        one <<= 1
        if one & 0x100:
            one ^= 0x11D
        other >>= 1
    return product
