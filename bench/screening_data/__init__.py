"""Made-up companies, what people do to their names, and look-alikes: the test bed of screening.

Written and frozen by hash (`frozen.json`, checked by a test) before the matcher was tuned. It shares no
table with the matcher: words are its own, scripts and sounds come from OpenCC and pypinyin.
"""
