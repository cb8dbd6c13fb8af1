"""Screening against the restricted-entry list, made for Chinese company names. Pure.

1. `keys` of an entry are stored in an indexed table, `probes` of a subject are asked of it: that
   join gives candidates. 2. `screen` compares the subject with them. 3. `Match` explains itself.
"""

from registry.rules.screening.folding import bigrams, fold
from registry.rules.screening.identifiers import UsccCheck, check_uscc
from registry.rules.screening.keying import entry_keys, keys, probes
from registry.rules.screening.matching import (
    ENGINE_VERSION,
    EXACT,
    NONE,
    POSSIBLE,
    STRONG,
    Match,
    Part,
    match,
    screen,
)
from registry.rules.screening.parsing import parse_company
from registry.rules.screening.parts import ParsedName
from registry.rules.screening.policy import Policy, PolicyInvalid
from registry.rules.screening.subjects import (
    ALIAS,
    COMPANY,
    ENGLISH,
    FORMER,
    PERSON,
    PRODUCT,
    REGISTERED,
    SHORT,
    SITE,
    TECHNOLOGY,
    Entry,
    Name,
    Subject,
)

__all__ = [
    "ALIAS",
    "COMPANY",
    "ENGINE_VERSION",
    "ENGLISH",
    "EXACT",
    "FORMER",
    "NONE",
    "PERSON",
    "POSSIBLE",
    "PRODUCT",
    "REGISTERED",
    "SHORT",
    "SITE",
    "STRONG",
    "TECHNOLOGY",
    "Entry",
    "Match",
    "Name",
    "ParsedName",
    "Part",
    "Policy",
    "PolicyInvalid",
    "Subject",
    "UsccCheck",
    "bigrams",
    "check_uscc",
    "entry_keys",
    "fold",
    "keys",
    "match",
    "parse_company",
    "probes",
    "screen",
]
