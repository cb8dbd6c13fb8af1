"""Slips of hand, eye and ear: the small differences between two spellings of one word."""

from __future__ import annotations

from functools import cache

from registry.rules.screening.folding import Itself


def one_edit(a: str, b: str) -> bool:
    """Whether one insertion, deletion, substitution or exchange of neighbours makes a into b."""
    if abs(len(a) - len(b)) > 1 or a == b:
        return False
    start, end = 0, 0
    shorter = min(len(a), len(b))
    while start < shorter and a[start] == b[start]:
        start += 1
    while end < shorter - start and a[-1 - end] == b[-1 - end]:
        end += 1
    mid_a, mid_b = a[start : len(a) - end], b[start : len(b) - end]
    if len(mid_a) <= 1 and len(mid_b) <= 1:
        return True
    return len(mid_a) == 2 and mid_a == mid_b[::-1]


def deletions(text: str) -> set[str]:
    return {text[:i] + text[i + 1 :] for i in range(len(text))}


# Characters that a hand, or a reader of scans, takes for one another (our own list).
SHAPES = (
    "己已巳 未末 土士 日曰目 大太犬 天夫无 千干于 人入八 王玉主 住往佳 自白百 侯候 戊戌戍 茶荼 折拆析 园圆 晴睛情 清请 "
    "鸣呜 券卷 力刀 同司 田由甲申 亨享 料科 限陷 环坏 源原 华毕 新斩 恒桓垣 盛盈 宏宠 瑞端 诚城 利和 技枝 术木本 "
    "电申 子孑 材村 没设 备各 贸货 程桯 机杌 诫械 约药 业亚 良食 品晶 化仕 医匡 光先 水永氷冰 金全 泰秦 通诵 "
    "按案 庚康 海侮 京亰 北比 州洲 广厂 东车 训圳 市巿 云去 风凤 贝见 乌鸟马 今令 处外 名各 汉汊 河何 洁沽 旺汪 "
    "明朋 昌吕 兴光 磊垒 鑫森 锦绵棉 铭络 银很 钢纲 铜桐 锐说 钦软 欣欢 歆韵 皓浩 晟成 炎淡 炫眩 煌惶 焕换 幸辛 "
    "丰主 万方 方万 正止 凡几 九丸 尤龙 龙尨 宇字 安女 富宫 宾实 思恩 惠慧 怡恰 悦说 德得 微徽 徐除 彩采 彬杉 "
    "志态 奥粤 奕弈 崇祟 岩若 峰蜂 嵘荣 川州 工土 左右 巨臣 帝蒂 常堂 庆床 廷延 弘引 强弹 形彤 律津 心必 忠患"
)


@cache
def _shapes() -> Itself:
    """Each character that has look-alikes, and the one that stands for them all."""
    chosen: dict[str, str] = {}
    for group in SHAPES.split():
        known = sorted({chosen.get(char, char) for char in group})
        chosen |= dict.fromkeys([*group, *known], known[0])
        chosen = {char: known[0] if one in known else one for char, one in chosen.items()}
    return Itself(chosen)


def shape(text: str) -> str:
    """The text with every character replaced by the one that stands for its look-alikes."""
    return _shapes().of(text)


def slip_kind(a: str, b: str) -> str:
    """What made a of b, given that they are one edit apart: swap, double, shape, lost or slip.

    A brand has two characters at least, so where one is left, one was lost.
    """
    if len(a) == len(b):
        if sorted(a) == sorted(b):
            return "swap"
        return "shape" if shape(a) == shape(b) else "slip"
    shorter, longer = sorted((a, b), key=len)
    if len(shorter) < 2:
        return "lost"
    doubled = any(longer[i] == longer[i + 1] for i in range(len(longer) - 1))
    return "double" if doubled and not _has_double(shorter) else "slip"


def _has_double(text: str) -> bool:
    return any(text[i] == text[i + 1] for i in range(len(text) - 1))


NUMERALS = frozenset("一二三四五六七八九十0123456789")


def numbered_apart(a: str, b: str) -> bool:
    """第二 and 第三, 三号 and 五号: the one character that differs is a numeral in both, which tells
    two bodies apart as surely as a name does."""
    if len(a) != len(b) or a == b:
        return False
    differing = 0
    for x, y in zip(a, b, strict=True):
        if x != y:
            differing += 1
            if differing > 1 or x not in NUMERALS or y not in NUMERALS:
                return False
    return True
