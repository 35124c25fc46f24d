"""What scripts/mutate is made of.

mutation.py  a mutation: one change of the text of one file
finder.py    finds the mutations that a source file offers, with libclang
syntax.py    what the rules read from the syntax tree
kinds.py     the rules: which code can be changed, and into what
choice.py    which files are mutated, and in which order mutations are tried
equivalent.py  the list of the mutations that change nothing
workplace.py a copy of the tree with a build folder of its own
judging.py   builds a mutation, and lets the suites and the unit tests judge it
results.py   the score, and the survivors with their diffs
"""


class Fault(Exception):
    """The mutations cannot be found or judged; the text is one line."""
