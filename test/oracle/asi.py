#!/usr/bin/env python3
"""A second, plain evaluator of genotypic resistance algorithms.

It reads an XML file of the algorithm specification interface, version 2, and
interprets genotypes by walking the syntax tree of each rule, with sets of
letters.  It shares no code with the extension, and serves as the second
opinion on its results and as the measure of its speed.

Usage:
  asi.py evaluate FILE [DRUG ...]   genotypes from standard input, one a line:
                                    "RT: M41L, K65K/R; IN: N155H"; writes
                                    line, drug, score, level
  asi.py patterns FILE COUNT SEED   random genotypes that touch its rules
  asi.py open FILE                  for each position that rules test, as the
                                    only one that was not read: writes gene,
                                    position, drug, lowest and highest score and
                                    level, of the drugs that it can change
  asi.py ranges FILE COUNT SEED     random genotypes with one or two positions
                                    that were not read, X; writes genotype,
                                    drug, and the same, of every drug
  asi.py speed FILE                 genotypes from standard input; genotypes a
                                    second of processor time, best of three
"""
import itertools
import os
import random
import re
import sys
import time
import xml.etree.ElementTree as ElementTree
from decimal import Decimal

ALPHABET = set("ACDEFGHIKLMNPQRSTVWYZdi")
TOKEN = re.compile(
    r"\s*(?:(NOTMORETHAN|EXCLUDE|ATLEAST|EXACTLY|SELECT|SCORE|FROM|NOT|AND|MAX|OR|=>|[(),-])"
    r"|(\d+(?:\.\d+)?)|([ACDEFGHIKLMNPQRSTVWYZdi]))")


def tokens_of(text):
    tokens, at = [], 0
    text = text.rstrip()
    while at < len(text):
        match = TOKEN.match(text, at)
        if not match:
            raise ValueError("bad text at %d: %r" % (at, text[at:at + 20]))
        word, number, letter = match.groups()
        if word:
            tokens.append((word, word))
        elif number:
            tokens.append(("number", number))
        else:
            tokens.append(("letter", letter))
        at = match.end()
    tokens.append(("end", ""))
    return tokens


class Statement:
    """The syntax tree of a condition, as nested tuples."""

    def __init__(self, text):
        self.tokens = tokens_of(text)
        self.at = 0
        if self.kind() == "SCORE":
            self.take("SCORE")
            self.take("FROM")
            self.tree = ("sum", self.items())
            self.is_score = True
        else:
            self.tree = self.boolean()
            self.is_score = False
        self.take("end")

    def kind(self):
        return self.tokens[self.at][0]

    def take(self, kind):
        if self.kind() != kind:
            raise ValueError("%s expected, %r found" % (kind, self.tokens[self.at]))
        self.at += 1
        return self.tokens[self.at - 1][1]

    def items(self):
        self.take("(")
        items = []
        while True:
            if self.kind() == "MAX":
                self.take("MAX")
                items.append(("max", self.items()))
            else:
                condition = self.boolean()
                self.take("=>")
                sign = 1
                if self.kind() == "-":
                    self.take("-")
                    sign = -1
                items.append(("item", condition, sign * Decimal(self.take("number"))))
            if self.kind() != ",":
                break
            self.take(",")
        self.take(")")
        return items

    def boolean(self):
        tree = self.condition()
        while self.kind() in ("AND", "OR"):
            word = self.take(self.kind())
            tree = (word, tree, self.condition())
        return tree

    def condition(self):
        if self.kind() == "(":
            self.take("(")
            tree = self.boolean()
            self.take(")")
            return tree
        if self.kind() == "EXCLUDE":
            self.take("EXCLUDE")
            return ("exclude", self.residue())
        if self.kind() == "SELECT":
            return self.select()
        return self.residue()

    def letters(self):
        letters = {self.take("letter")}
        while self.kind() == "letter":
            letters.add(self.take("letter"))
        return letters

    def residue(self):
        absent = self.kind() == "NOT"
        if absent:
            self.take("NOT")
        if self.kind() == "letter":
            self.take("letter")
        position = int(self.take("number"))
        if self.kind() == "(":
            self.take("(")
            self.take("NOT")
            letters = ALPHABET - self.letters()
            self.take(")")
        else:
            letters = self.letters()
        return ("absent" if absent else "present", position, letters)

    def select(self):
        self.take("SELECT")
        least, most, how = 0, None, "AND"
        word = self.take(self.kind())
        number = int(self.take("number"))
        if word == "EXACTLY":
            least = most = number
        elif word == "NOTMORETHAN":
            most = number
        else:
            least = number
            if self.kind() in ("AND", "OR"):
                how = self.take(self.kind())
                self.take("NOTMORETHAN")
                most = int(self.take("number"))
        self.take("FROM")
        self.take("(")
        residues = [self.residue()]
        while self.kind() == ",":
            self.take(",")
            residues.append(self.residue())
        self.take(")")
        return ("select", least, most, how, residues)


def holds(tree, seen):
    """Whether a condition holds; seen maps positions to sets of letters."""
    kind = tree[0]
    if kind == "present":
        return bool(seen.get(tree[1], set()) & tree[2])
    if kind == "absent":
        return not seen.get(tree[1], set()) & tree[2]
    if kind == "AND":
        return holds(tree[1], seen) and holds(tree[2], seen)
    if kind == "OR":
        return holds(tree[1], seen) or holds(tree[2], seen)
    if kind == "exclude":
        return not holds(tree[1], seen)
    _, least, most, how, residues = tree
    count = sum(holds(residue, seen) for residue in residues)
    enough = count >= least
    not_too_many = most is None or count <= most
    return (enough or not_too_many) if how == "OR" else (enough and not_too_many)


def score_of(tree, seen):
    """The score of a tree, None for an item that does not hold."""
    if tree[0] == "item":
        return tree[2] if holds(tree[1], seen) else None
    scores = [score_of(item, seen) for item in tree[1]]
    scores = [score for score in scores if score is not None]
    if tree[0] == "sum":
        return sum(scores, Decimal(0))
    return max(scores) if scores else Decimal(0)


def bound(text):
    return Decimal("-Infinity") if text == "-INF" else Decimal("Infinity") if text == "INF" else Decimal(text)


def ranges_of(text):
    return [(bound(low), bound(high), int(level)) for low, high, level in
            re.findall(r"(-INF|[\d.]+)\s*TO\s*(INF|[\d.]+)\s*=>\s*(\d+)", text)]


class Algorithm:
    def __init__(self, path):
        root = ElementTree.parse(path).getroot()
        self.orders = sorted(int(x.text) for x in root.iterfind("DEFINITIONS/LEVEL_DEFINITION/ORDER"))
        self.default = int(root.findtext("DEFINITIONS/DEFAULT_LEVEL", str(self.orders[0])))
        genes = {}
        for gene in root.iterfind("DEFINITIONS/GENE_DEFINITION"):
            for name in gene.findtext("DRUGCLASSLIST", "").split(","):
                genes[name.strip()] = gene.findtext("NAME").strip()
        classes = {}
        for drug_class in root.iterfind("DEFINITIONS/DRUGCLASS"):
            for name in drug_class.findtext("DRUGLIST").split(","):
                classes[name.strip()] = drug_class.findtext("NAME").strip()
        self.drugs = []
        for drug in root.iterfind("DRUG"):
            name = drug.findtext("NAME").strip()
            rules = []
            for rule in drug.iterfind("RULE"):
                ranges = None
                if rule.find("ACTIONS/SCORERANGE") is not None:
                    text = rule.findtext("ACTIONS/SCORERANGE")
                    if rule.find("ACTIONS/SCORERANGE/USE_GLOBALRANGE") is not None:
                        text = root.findtext("DEFINITIONS/GLOBALRANGE")
                    ranges = ranges_of(text)
                level = rule.findtext("ACTIONS/LEVEL")
                rules.append((Statement(rule.findtext("CONDITION")), ranges, level and int(level)))
            self.drugs.append((name, genes[classes[name]], rules))

    def evaluate_drug(self, rules, seen):
        levels, scores = [], []
        for statement, ranges, level in rules:
            if statement.is_score:
                score = score_of(statement.tree, seen)
                scores.append(score)
                found = [level for low, high, level in ranges if low <= score <= high]
                if len(found) != 1:
                    raise ValueError("the score %s lies in %d ranges" % (score, len(found)))
                levels += found
            elif holds(statement.tree, seen) and level is not None:
                levels.append(level)
        return (max(scores) if scores else None), (max(levels) if levels else self.default)

    def evaluate(self, genotype):
        """Rows of drug, score, level; a genotype maps genes to positions to letters."""
        return [(name,) + self.evaluate_drug(rules, genotype.get(gene, {}))
                for name, gene, rules in self.drugs]

    def residues(self):
        """Every gene, position and letters that a rule tests."""
        found = set()

        def walk(gene, tree):
            if tree[0] in ("present", "absent"):
                found.add((gene, tree[1], "".join(sorted(tree[2]))))
            else:
                for part in tree[1:]:
                    for piece in part if isinstance(part, list) else [part]:
                        if isinstance(piece, tuple):
                            walk(gene, piece)

        for _, gene, rules in self.drugs:
            for statement, _, _ in rules:
                walk(gene, statement.tree)
        return sorted(found)


def genotype_of(line):
    genotype, gene = {}, None
    for word in re.findall(r"\w+:|[^\s,;:]+", line):
        if word.endswith(":"):
            gene = genotype.setdefault(word[:-1], {})
            continue
        _, position, letters = re.fullmatch(r"([A-Z]?)(\d+)(\S+)", word).groups()
        letters = letters.replace("ins", "i").replace("del", "d").replace("/", "").replace("*", "")
        gene.setdefault(int(position), set()).update(letters)
    return genotype


def contents(gene, position, tested):
    """What an unread position can show: every set of letters that tests tell apart."""
    masks = [letters for found, at, letters in tested if (found, at) == (gene, position)]
    atoms = {}
    for letter in ALPHABET - {"Z"}:
        atoms.setdefault(tuple(letter in mask for mask in masks), []).append(letter)
    consensus = REFERENCE[gene][position - 1]
    sets = set()
    for choice in itertools.product(*[(False, True)] * len(atoms)):
        letters = frozenset("".join("".join(atom) for chosen, atom in zip(choice, atoms.values()) if chosen))
        sets.add(letters)
        # the consensus alone counts as nothing; a set needs not all letters of an atom
        for atom in atoms.values():
            if consensus in atom and len(atom) > 1 and letters >= set(atom):
                sets.add(letters - {consensus})
    sets.discard(frozenset(consensus))
    return sets


def relevant(gene, position, rules):
    """The tests of the rules of one drug at a position."""
    found = set()

    def walk(tree):
        if tree[0] in ("present", "absent"):
            if tree[1] == position:
                found.add((gene, position, "".join(sorted(tree[2]))))
        else:
            for part in tree[1:]:
                for piece in part if isinstance(part, list) else [part]:
                    if isinstance(piece, tuple):
                        walk(piece)

    for statement, _, _ in rules:
        walk(statement.tree)
    return found


def range_of_drug(algorithm, gene, rules, seen, unread):
    """Lowest and highest score and level over all that unread positions can show."""
    results = set()
    choices = [contents(gene, position, relevant(gene, position, rules)) for position in unread]
    for shown in itertools.product(*choices):
        results.add(algorithm.evaluate_drug(rules, {**seen, **dict(zip(unread, shown))}))
    scores = [score for score, _ in results]
    levels = [level for _, level in results]
    if scores[0] is None:
        return None, None, min(levels), max(levels)
    return min(scores), max(scores), min(levels), max(levels)


def number(score):
    return "" if score is None else format(score.normalize(), "f")


def write_open(algorithm):
    places = sorted({(gene, position) for gene, position, _ in algorithm.residues()})
    for gene, position in places:
        if position > REFERENCE_LENGTH[gene]:
            continue
        for name, of_gene, rules in algorithm.drugs:
            if of_gene != gene:
                continue
            low, high, least, most = range_of_drug(algorithm, gene, rules, {}, [position])
            if low != high or least != most:
                print(gene, position, name, number(low), number(high), least, most, sep="\t")


def write_ranges(algorithm, count, seed):
    source = random.Random(seed)
    tested = algorithm.residues()
    for _ in range(count):
        gene = source.choice(sorted({gene for gene, _, _ in tested if gene in REFERENCE}))
        positions = sorted({at for of, at, _ in tested if of == gene and at <= REFERENCE_LENGTH[gene]})
        unread = source.sample(positions, min(len(positions), source.choice((1, 2))))
        seen = {}
        around = [test for test in tested if test[0] == gene and test[1] in positions]
        for _, at, letters in source.sample(around, min(len(around), 5)):
            letters = [letter for letter in letters if letter != "Z" and letter != REFERENCE[gene][at - 1]]
            if at not in unread and at not in seen and letters:
                seen[at] = set(source.sample(letters, min(len(letters), source.choice((1, 1, 2)))))
        text = "%s: %s" % (gene, ", ".join(
            ["%d%s" % (at, "/".join(sorted(letters))) for at, letters in sorted(seen.items())] +
            ["%dX" % at for at in unread]))
        for name, of_gene, rules in algorithm.drugs:
            if of_gene == gene:
                low, high, least, most = range_of_drug(algorithm, gene, rules, seen, unread)
                print(text, name, number(low), number(high), least, most, sep="\t")


REFERENCE_LENGTH = {"CA": 231, "PR": 99, "RT": 560, "IN": 288, "GP120": 511, "GP41": 345, "FU": 345}


def references():
    """The reference sequences of the extension: data, which it shares."""
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../src")
    for folder, _, files in os.walk(path):
        if "reference_sequence.c" in files:
            text = open(os.path.join(folder, "reference_sequence.c")).read()
            return {name.upper(): "".join(re.findall('"([A-Z]+)"', body)) for name, body in
                    re.findall(r"reference_(\w+)\[\] =\s*((?:\"[A-Z]+\"\s*)+);", text)}
    sys.exit("reference_sequence.c is missing")


REFERENCE = references()
REFERENCE["FU"] = REFERENCE["GP41"]


def pattern(algorithm, source):
    """A genotype of some of the residues that rules test, mixtures, and others."""
    tested = algorithm.residues()
    words = {}
    for _ in range(source.randint(1, 14)):
        gene, position, letters = source.choice(tested)
        if position > REFERENCE_LENGTH[gene]:
            continue
        letters = [letter for letter in letters if letter != "Z"]
        wanted = source.sample(letters, min(len(letters), source.choice((1, 1, 1, 2, 3))))
        if source.random() < 0.2:
            wanted.append(source.choice("ACDEFGHIKLMNPQRSTVWYid"))
        shown = words.setdefault(gene, {}).setdefault(position, set())
        if len((shown | set(wanted)) & set("ACDEFGHIKLMNPQRSTVWY")) <= 4:    # more tell nothing
            shown.update(wanted)
    return "; ".join("%s: %s" % (gene, ", ".join("%d%s" % (position, "/".join(sorted(letters)))
                                                  for position, letters in sorted(positions.items()) if letters))
                     for gene, positions in sorted(words.items()))


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    algorithm = Algorithm(sys.argv[2])
    if sys.argv[1] == "patterns":
        source = random.Random(int(sys.argv[4]))
        for _ in range(int(sys.argv[3])):
            print(pattern(algorithm, source))
    elif sys.argv[1] == "evaluate":
        for number, line in enumerate(sys.stdin, 1):
            for drug, score, level in algorithm.evaluate(genotype_of(line)):
                if not sys.argv[3:] or drug in sys.argv[3:]:
                    print(number, drug, "" if score is None else format(score.normalize(), "f"), level, sep="\t")
    elif sys.argv[1] == "open":
        write_open(algorithm)
    elif sys.argv[1] == "ranges":
        write_ranges(algorithm, int(sys.argv[3]), int(sys.argv[4]))
    elif sys.argv[1] == "speed":
        genotypes = [genotype_of(line) for line in sys.stdin]
        best = None
        for _ in range(3):
            start = time.process_time()
            for genotype in genotypes:
                algorithm.evaluate(genotype)
            seconds = time.process_time() - start
            best = seconds if best is None else min(best, seconds)
        print("%.0f genotypes/s" % (len(genotypes) / best))
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
