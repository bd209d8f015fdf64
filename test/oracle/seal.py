#!/usr/bin/env python3
"""The seal by another program: the values that test/sql/study/seal.sql expects.

Canonical bytes, leaves, Merkle roots (RFC 6962, 2.1) and the digests of blocks are made
here of Python's hashlib and struct alone, from the descriptions in doc/study/seal.md.
With the arguments "proof DIGEST" it reads a proof in hexadecimal digits from standard
input, and says whether it leads to that digest.
"""
import hashlib
import struct
import sys


def sha(data):
    return hashlib.sha256(data).digest()


def counted(data):
    return struct.pack('>I', len(data)) + data


def canonical(part, table, columns):
    """columns: (name, type, bytes), those that are not NULL"""
    data = b'\0' + part.encode() + counted(table.encode())
    for name, kind, value in sorted(columns, key=lambda column: column[0].encode()):
        data += counted(name.encode()) + counted(kind.encode()) + counted(value)
    return data


def root(leaves):
    if not leaves:
        return sha(b'')
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while 2 * split < len(leaves):
        split *= 2
    return sha(b'\1' + root(leaves[:split]) + root(leaves[split:]))


def path_root(leaf, index, count, path):
    """The root that an audit path leads to, by the definition of the path (RFC 6962, 2.1.1)."""
    if count == 1:
        assert not path
        return leaf
    split = 1
    while 2 * split < count:
        split *= 2
    if index < split:
        return sha(b'\1' + path_root(leaf, index, split, path[:-1]) + path[-1])
    return sha(b'\1' + path[-1] + path_root(leaf, index - split, count - split, path[:-1]))


def proves(proof, digest):
    at = 0

    def take(length):
        nonlocal at
        assert at + length <= len(proof)
        at += length
        return proof[at - length:at]

    def number(size):
        return int.from_bytes(take(size), 'big')

    assert number(1) == 1
    row = take(number(4))
    index, count = number(8), number(8)
    path = [take(32) for _ in range(number(1))]
    head = take(32)
    reached = path_root(sha(row), index, count, path)
    for place in range(number(4)):
        block = take(number(4))
        assert place > 0 or block[:32] == reached
        head = sha(b'\2' + head + block)
    assert at == len(proof)
    return head.hex() == digest


# An example of each kind of value, as test/sql/study/seal.sql writes it
EXAMPLE = [
    ('small', 'int2', struct.pack('>h', -2)),
    ('whole', 'int4', struct.pack('>i', 70000)),
    ('large', 'int8', struct.pack('>q', -5000000000)),
    ('number', 'float8', struct.pack('>d', 0.1)),
    ('flag', 'bool', b'\1'),
    ('day', 'date', struct.pack('>i', 2996)),                       # 2008-03-15, from 2000-01-01
    ('moment', 'timestamptz', struct.pack('>q', 258897600 * 10**6 + 250000)),
    ('word', 'text', 'Zürich'.encode()),
    ('empty', 'text', b''),
    ('bytes', 'bytea', b'\0\xff'),
    # Two digits of base 10000, weight 0, positive, two decimals: 12.50
    ('money', 'numeric', struct.pack('>hhHH', 2, 0, 0, 2) + struct.pack('>HH', 12, 5000)),
    # One dimension of three elements from 1, of which the second is NULL
    ('list', 'text[]', struct.pack('>iii', 1, 3, 1) + b'\1' + counted(b'a') + b'\0' + b'\1' + counted('é'.encode())),
    ('object', 'jsonb', b'{"a": 1.50, "bc": [true, null]}'),
]

VECTORS = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f']


def main():
    if sys.argv[1:2] == ['proof']:
        print(proves(bytes.fromhex(sys.stdin.read().strip()), sys.argv[2]))
        return
    row = canonical('e', 'example', EXAMPLE)
    print(row.hex())
    print(sha(row).hex())
    leaves = [sha(b'\0' + bytes.fromhex(text)) for text in VECTORS]
    for count in range(1, len(leaves) + 1):
        print(root(sorted(leaves[:count])).hex())
    print(sha(b'\2' + bytes(32) + leaves[0] + b'rest').hex())
    print(root(sorted(leaves[:2])).hex()[:8], leaves[2].hex()[:8])


main()
