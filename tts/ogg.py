"""Ogg pages with a fixed serial number, so that the same sound is the same bytes (RFC 3533, section 6).

libsndfile draws the number at random. A file of one stream needs none to tell its pages from another's.
"""

import struct

SERIAL = 1
HEADER_BYTES = 27
POLYNOMIAL = 0x04C1_1DB7


def _table() -> list[int]:
    table = []
    for value in range(256):
        value <<= 24
        for _ in range(8):
            value = (value << 1 ^ POLYNOMIAL if value & 0x8000_0000 else value << 1) & 0xFFFF_FFFF
        table.append(value)
    return table


TABLE = _table()


def checksum(page: bytes) -> int:
    """Of a page whose own checksum field is zero."""
    value = 0
    for byte in page:
        value = (value << 8 & 0xFFFF_FFFF) ^ TABLE[value >> 24 ^ byte]
    return value


def with_fixed_serial(data: bytes) -> bytes:
    """Whole pages in, the same pages out, but for serial number and checksum."""
    pages, at = [], 0
    while at < len(data):
        segments = data[at + HEADER_BYTES - 1]
        body = at + HEADER_BYTES + segments
        end = body + sum(data[at + HEADER_BYTES : body])
        assert data[at : at + 4] == b"OggS" and end <= len(data), "libsndfile writes whole pages"
        page = bytearray(data[at:end])
        page[14:18] = struct.pack("<I", SERIAL)
        page[22:26] = bytes(4)
        page[22:26] = struct.pack("<I", checksum(bytes(page)))
        pages.append(bytes(page))
        at = end
    return b"".join(pages)
