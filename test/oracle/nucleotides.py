#!/usr/bin/env python3
"""A second, plain reader of nucleotide sequences.

It aligns by a memoized recursion from the front, position by position, with
sets of letters, and shares no code with the extension, which fills a table and
goes back from the end.  The scores are those of the documentation.

Usage:
  nucleotides.py draw GENE COUNT SEED  sequences drawn from the reference, with
                                       substitutions, mixtures, insertions,
                                       deletions, flanks and lost ends; writes
                                       gene, sequence, and the genotype that was
                                       drawn
  nucleotides.py read                  gene and sequence, one a line, from
                                       standard input; writes them, and the
                                       genotype by the best alignment
"""
import itertools
import os
import random
import re
import sys

BASES = "TCAG"
CODE = dict(zip(map("".join, itertools.product(BASES, repeat=3)),
                "FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG"))
IUPAC = {"A": "A", "C": "C", "G": "G", "T": "T", "R": "AG", "Y": "CT", "S": "CG", "W": "AT", "K": "GT",
         "M": "AC", "B": "CGT", "D": "AGT", "H": "ACT", "V": "ACG", "N": "ACGT"}
AMBIGUOUS = {frozenset(v): k for k, v in IUPAC.items()}


def references():
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../src")
    for folder, _, files in os.walk(path):
        if "reference_sequence.c" in files:
            text = open(os.path.join(folder, "reference_sequence.c")).read()
            hxb2 = {(gene, int(at)): letter for gene, at, letter in
                    re.findall(r"\{GENE_(\w+), (\d+), '([A-Z])'\}", text)}
            return hxb2, {name.upper(): "".join(re.findall('"([A-Z]+)"', body)) for name, body in
                    re.findall(r"reference_(\w+)\[\] =\s*((?:\"[A-Z]+\"\s*)+);", text)}
    sys.exit("reference_sequence.c is missing")


HXB2, REFERENCE = references()


def meaning(codon):
    return {CODE["".join(c)] for c in itertools.product(*(IUPAC[base] for base in codon))}


def draw(gene, source):
    """A sequence, and the entries of the genotype that it stands for."""
    reference = REFERENCE[gene]
    first = source.choice((1, 1, source.randint(1, 20)))
    last = len(reference) - source.choice((0, 0, source.randint(0, 20)))
    entries, bases = {}, []
    changed = {at for at in range(first + 8, last - 8, 9) if source.random() < 0.5}
    gaps = set(source.sample(sorted(changed), min(len(changed), source.choice((0, 0, 1)))))
    for at in range(first, last + 1):
        wild = reference[at - 1]
        codons = [codon for codon, acid in CODE.items() if acid == wild]
        codon = source.choice(codons)
        neighbours = {reference[at - 2] if at > 1 else "", reference[at] if at < len(reference) else "", wild,
                      HXB2.get((gene, at - 1), ""), HXB2.get((gene, at), ""), HXB2.get((gene, at + 1), "")}
        if at in gaps and source.random() < 0.5 and reference[at - 2] != wild and reference[at] != wild:
            entries[at] = {"d"}
            continue
        if at in changed and at not in gaps:
            codon = source.choice([codon for codon, acid in CODE.items() if acid not in neighbours | {"*"}])
            if source.random() < 0.4:
                place = source.randrange(3)
                codon = codon[:place] + AMBIGUOUS[frozenset({codon[place], source.choice(codons)[place]})] + codon[place + 1:]
        shown = meaning(codon)
        if len(shown - {"*"}) > 4:
            shown = {"X"}
        bases.append(codon)
        if at in gaps:
            inserted = source.choice([c for c, acid in CODE.items() if acid not in neighbours | {"*"}])
            bases.append(inserted * source.choice((1, 2)))
            shown = shown | {"i"}
        if shown != {wild}:
            entries[at] = shown
    before = "".join(source.choice("ACGT") for _ in range(source.choice((0, 0, 1, 2)))) if first > 1 else ""
    return before + "".join(bases), "%s:%d-%d" % (gene, first, last), entries


def text_of(gene, coverage, entries):
    order = "ACDEFGHIKLMNPQRSTVWYid*"
    words = [coverage]
    for at, shown in sorted(entries.items()):
        wild = REFERENCE[gene][at - 1]
        letters = sorted(shown, key=lambda letter: (letter != wild, order.find(letter)))
        words.append("%s:%s%d%s" % (gene, wild, at, "/".join(letters)))
    return "{%s}" % ",".join(words)


class Alignment:
    """The best alignment: tables from the front, a way back by what fits."""

    def __init__(self, gene, sequence):
        self.gene, self.reference, self.size = gene, REFERENCE[gene], len(sequence)
        self.acids = []
        for i in range(self.size - 2):
            shown = meaning(sequence[i:i + 3])
            self.acids.append({"X"} if len(shown - {"*"}) > 4 else shown)
        least = -10 ** 6
        size = self.size
        self.any = [[0] * (size + 1)]
        self.gap = [[least] * (size + 1)]
        self.extra = [[least] * (size + 1)]
        for at in range(1, len(self.reference) + 1):
            any_before, gap_before = self.any[-1], self.gap[-1]
            any_now, gap_now, extra_now = [least] * (size + 1), [least] * (size + 1), [least] * (size + 1)
            for i in range(size + 1):
                gap_now[i] = max(any_before[i] - 15, gap_before[i] - 1)
                ways = [gap_now[i], 0 if i <= 2 else least]
                if i >= 3:
                    extra_now[i] = max(any_now[i - 3] - 15, extra_now[i - 3] - 1)
                    ways += [any_before[i - 3] + self.worth(at, i - 3), extra_now[i]]
                for skip in (1, 2):
                    if i >= skip:
                        ways += [any_before[i - skip] - 16, any_now[i - skip] - 16]
                any_now[i] = max(ways)
            self.any.append(any_now)
            self.gap.append(gap_now)
            self.extra.append(extra_now)

    def worth(self, at, i):
        shown = self.acids[i]
        if "X" in shown:
            return 0
        if shown & {self.reference[at - 1], HXB2.get((self.gene, at))}:
            return 5 if len(shown) == 1 else 4
        return -4 if shown == {"*"} else -2

    def end(self):
        best, place = 0, (0, 0)
        for at, row in enumerate(self.any):
            for i in range(0 if at == len(self.reference) else max(self.size - 2, 0), self.size + 1):
                if row[i] > best:
                    best, place = row[i], (at, i)
        return place

    def shown(self):
        """What each position shows, from the end to the front."""
        at, i = self.end()
        shown, inserted, lost = {}, set(), set()
        while True:
            value = self.any[at][i]
            if value == 0 and (at == 0 or i <= 2):
                break
            if i >= 3 and value == self.extra[at][i]:
                inserted.add(at)
                while self.extra[at][i] == self.extra[at][i - 3] - 1:
                    i -= 3
                i -= 3
            elif i >= 3 and value == self.any[at - 1][i - 3] + self.worth(at, i - 3):
                i -= 3
                shown[at] = self.acids[i]
                at -= 1
            elif i >= 2 and value == self.any[at - 1][i - 2] - 16:
                at, i = self.lose(at, i - 2, shown, lost)
            elif i >= 2 and value == self.any[at][i - 2] - 16:
                lost.add(at)
                i -= 2
            elif i >= 1 and value == self.any[at - 1][i - 1] - 16:
                at, i = self.lose(at, i - 1, shown, lost)
            elif i >= 1 and value == self.any[at][i - 1] - 16:
                lost.add(at)
                i -= 1
            else:
                while self.gap[at][i] != self.any[at - 1][i] - 15:
                    shown[at] = {"d"}
                    at -= 1
                shown[at] = {"d"}
                at -= 1
        for place in inserted:
            if "X" not in shown[place]:
                shown[place] = shown[place] | {"i"}
        for place in lost:
            shown[place] = {"X"}
        return shown

    @staticmethod
    def lose(at, i, shown, lost):
        lost.add(at)
        shown[at] = {"X"}
        return at - 1, i

    def genotype(self):
        shown = self.shown()
        told = [at for at in shown if shown[at] not in ({"X"}, {"d"})]
        first, last = min(told), max(told)
        entries = {at: letters for at, letters in shown.items()
                   if first <= at <= last and letters != {self.reference[at - 1]}}
        return text_of(self.gene, "%s:%d-%d" % (self.gene, first, last), entries)


def main():
    if sys.argv[1:2] == ["draw"]:
        gene, count, source = sys.argv[2], int(sys.argv[3]), random.Random(int(sys.argv[4]))
        for _ in range(count):
            sequence, coverage, entries = draw(gene, source)
            print(gene, sequence, text_of(gene, coverage, entries), sep="\t")
    elif sys.argv[1:2] == ["read"]:
        for line in sys.stdin:
            gene, sequence = line.split()[:2]
            print(gene, sequence, Alignment(gene, sequence.upper().replace("U", "T")).genotype(), sep="\t")
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
