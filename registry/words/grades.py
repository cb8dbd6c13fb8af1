"""Verdicts and grades in words. A rulebook may name grades of its own; these are the shipped ones."""

from . import Words

VERDICTS: dict[str, Words] = {
    "green": Words("绿色", "Green"),
    "not_green": Words("非绿色", "Not green"),
    "look": Words("待人工核定", "A person must look"),
}

GRADES: dict[str, Words] = {
    "dark": Words("深绿", "Dark green"),
    "medium": Words("中绿", "Medium green"),
    "light": Words("浅绿", "Light green"),
    "basic": Words("普绿", "Basic"),
    "not_green": Words("非绿", "Not green"),
}
