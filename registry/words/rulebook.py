"""A rulebook's own terms in words: mistakes in its files, its sections, kinds of rules, sources."""

from . import Words

MISTAKES: dict[str, Words] = {
    "not_toml": Words("不是有效的 TOML", "No valid TOML"),
    "not_utf8": Words("不是 UTF-8 文本", "Not UTF-8 text"),
    "unknown_section": Words("未知的节", "Unknown section"),
    "unknown_key": Words("未知的键", "Unknown key"),
    "missing_key": Words("缺少必需的键", "A key is missing"),
    "wrong_type": Words("值的类型不对", "A value of the wrong type"),
    "bad_date": Words("日期无效", "No valid date"),
    "bad_id": Words("编号格式不对", "Not a valid id"),
    "not_one_of": Words("不在允许的取值内", "None of the allowed values"),
    "not_finite": Words("数值无效或过大", "Not a finite number"),
    "duplicate_id": Words("编号重复", "The same id twice"),
    "missing_language": Words("缺少一种语言", "One of the two languages is missing"),
    "wrong_language": Words(
        "文字不是所标的语言", "The text is not in the language that it is under"
    ),
    "missing_source": Words("缺少出处", "No source is given"),
    "overlapping_validity": Words("有效期重叠", "Periods of validity overlap"),
    "weights_do_not_sum": Words("权重之和不是 100 %", "The weights do not sum to 100 %"),
    "curve_not_monotone": Words("曲线不单调", "The curve is not monotone"),
    "points_out_of_range": Words("得分须在 0 至 100 之间", "Points lie outside 0 to 100"),
    "one_scale_wanted": Words(
        "计分规则须恰有一种计分方式", "A scored rule needs exactly one of points, curve, choices"
    ),
    "grades_out_of_order": Words("等级顺序不对", "The grades are not in falling order"),
    "failing_example": Words("算例结果不符", "A worked example comes out otherwise"),
    "rule_without_example": Words("规则没有算例", "A rule has no worked example"),
    "unknown_unit": Words("未知的单位", "Unknown unit"),
    "unit_mismatch": Words("单位不相容", "The units do not fit"),
    "unit_without_name": Words("单位没有名称", "The unit has no name for people"),
    "unknown_name": Words("未知的输入或数值", "Unknown input or value"),
    "unknown_rule": Words("未知的规则", "Unknown rule"),
    "unknown_category": Words("未知的类别", "Unknown category"),
    "unknown_curve": Words("未知的曲线", "Unknown curve"),
    "unknown_grade": Words("未知的等级", "Unknown grade"),
    "unknown_group": Words("未知的代码组", "Unknown group of codes"),
    "unknown_scale": Words("未知的标度", "Unknown scale"),
    "unknown_kind": Words("未知的项目类型", "Unknown kind of project"),
    "unknown_step": Words("未知的填报步骤", "Unknown step of the form"),
    "unknown_option": Words("未知的选项", "Unknown option"),
    "unknown_table": Words("未知的参考表", "Unknown reference table"),
    "unknown_column": Words("参考表中没有该列", "The reference table has no such column"),
    "unknown_purpose": Words("未知的因子用途", "Unknown purpose of a factor"),
    "purpose_of_another_family": Words(
        "此表的因子不作此用途：清单用平均因子，避免排放用 OM/BM，不得混用",
        "No factor of this table is for that: inventories take averages, avoided emissions OM/BM",
    ),
    "families_mixed": Words(
        "不同用途的因子混在一个方法里", "Factors of different families in one method"
    ),
    "purpose_wanted": Words("查因子须写明用途", "A lookup of a factor must state its purpose"),
    "unknown_operation": Words("未知的函数", "Unknown function"),
    "not_an_expression": Words("不是表达式", "Not an expression"),
    "not_in_the_language": Words("表达式语言中没有这种写法", "Not in the language of expressions"),
    "not_a_literal": Words("此处须为常量", "A literal is wanted here"),
    "not_ordered": Words("这类值不能比大小", "Values of this kind have no order"),
    "name_wanted": Words("此处须为名称", "A name is wanted here"),
    "options_wanted": Words("此处须为选项清单", "A list of options is wanted here"),
    "whole_number_wanted": Words("此处须为整数", "A whole number is wanted here"),
    "wrong_kind_of_value": Words("值的种类不对", "A value of the wrong kind"),
    "wrong_number_of_arguments": Words("参数个数不对", "Wrong number of arguments"),
    "too_long": Words("表达式过长", "The expression is too long"),
    "too_deep": Words("表达式嵌套过深", "The expression is nested too deeply"),
    "too_many_nodes": Words("表达式过于复杂", "The expression is too complex"),
    "cannot_be_checked": Words(
        "无法检查：文件缺了检查所需的内容", "Cannot be checked: something it needs is missing"
    ),
    "circle": Words("数值互相引用成环", "Values depend on each other in a circle"),
}

FILES: dict[str, Words] = {
    "no_files": Words("请选择文件。", "Choose the files."),
    "too_many_files": Words("文件过多。", "Too many files."),
    "too_big": Words("文件总量过大。", "The files are too big."),
    "bad_file_name": Words(
        "文件名“%(name)s”不可用：只用小写字母、数字、连字符，以 .toml 结尾。",
        "“%(name)s” cannot be used: small letters, digits and hyphens, ending in .toml.",
    ),
    "no_head_file": Words("缺少 rulebook.toml。", "There is no rulebook.toml."),
    "bad_archive": Words("压缩包无法读取。", "The archive cannot be read."),
}

SECTIONS: dict[str, Words] = {
    "rulebook": Words("规则总则", "Rulebook"),
    "rule": Words("规则", "Rule"),
    "curve": Words("曲线", "Curve"),
    "value": Words("数值", "Value"),
    "constant": Words("常数", "Constant"),
    "input": Words("输入", "Input"),
    "lookup": Words("查表", "Lookup"),
    "scale": Words("标度", "Scale"),
    "group": Words("代码组", "Group of codes"),
    "grade": Words("等级", "Grade"),
    "cap": Words("等级上限", "Cap"),
    "benefit": Words("效益", "Benefit"),
    "check": Words("合理性检查", "Check"),
    "category": Words("类别", "Category"),
    "kind": Words("项目类型", "Kind of project"),
    "step": Words("填报步骤", "Step of the form"),
    "unit": Words("单位", "Unit"),
    "example": Words("算例", "Example"),
}

WHAT: dict[str, Words] = {
    "added": Words("新增", "Added"),
    "removed": Words("删除", "Removed"),
    "changed": Words("修改", "Changed"),
    "moved": Words("次序变动", "Moved"),
}

FIELDS: dict[str, Words] = {
    "version": Words("版本号", "Version"),
    "name": Words("名称", "Name"),
    "valid_from": Words("生效日", "In force from"),
    "valid_until": Words("失效日", "In force until"),
    "learned": Words("得知日", "Learned"),
    "coverage_bp": Words("定级所需的已答权重", "Weight to be answered for a grade"),
    "note": Words("说明", "Note"),
    "kind": Words("种类", "Kind"),
    "kinds": Words("适用的项目类型", "Kinds of project"),
    "category": Words("类别", "Category"),
    "why": Words("为什么", "Why"),
    "applies": Words("适用条件", "Applies if"),
    "active": Words("启用", "Switched on"),
    "passes": Words("通过条件", "Passes if"),
    "conditional": Words("附条件通过", "Passes on condition if"),
    "value": Words("数值", "Value"),
    "unit": Words("单位", "Unit"),
    "threshold": Words("阈值", "Threshold"),
    "points": Words("折点或得分", "Knees or points"),
    "curve": Words("曲线", "Curve"),
    "choices": Words("选项得分", "Points by option"),
    "weight_bp": Words("权重", "Weight"),
    "source": Words("出处", "Source"),
    "formula": Words("算法", "Formula"),
    "from_centipoints": Words("最低得分", "From points"),
    "better": Words("方向", "Better"),
    "origin": Words("曲线由来", "Origin of the curve"),
    "hint": Words("提示", "Hint"),
    "minimum": Words("最小值", "Least"),
    "maximum": Words("最大值", "Most"),
    "options": Words("选项", "Options"),
    "required": Words("必填", "Required"),
    "when": Words("何时询问", "Asked when"),
    "given": Words("算例的输入", "Given"),
    "expect": Words("算例应得", "Expected"),
    "periods": Words("各时段的数值", "Values by period"),
    "grade": Words("等级", "Grade"),
}

RULE_KINDS: dict[str, Words] = {
    "hard": Words("硬性门槛", "Hard gate"),
    "conditional": Words("附条件门槛", "Conditional gate"),
    "gate": Words("目录符合性", "Eligibility gate"),
    "score": Words("计分", "Scored"),
    "information": Words("仅供参考", "Information"),
}

SOURCES: dict[str, Words] = {
    "verified": Words("已核对原件", "Checked against the original"),
    "unverified": Words("未核对原件", "Not checked against the original"),
    "design": Words("本平台设计", "Our own design"),
}

CONFIDENCE: dict[str, Words] = {
    "P": Words("原件", "official text"),
    "S": Words("二手来源", "second-hand"),
    "C": Words("计算得出", "computed"),
    "M": Words("凭记忆，待核", "from memory, to be checked"),
    "design": Words("本平台设计", "our design"),
}

FORMULAS: dict[str, Words] = {
    "applies": Words("适用条件", "Applies if"),
    "value": Words("数值", "Value"),
    "passes": Words("通过条件", "Passes if"),
    "conditional": Words("附条件通过", "Passes on condition if"),
    "threshold": Words("阈值", "Threshold"),
    "points": Words("得分", "Points"),
}

RULE_STATES: dict[str, Words] = {
    "": Words("没有该规则", "no such rule"),
    "pass": Words("通过", "passed"),
    "fail": Words("未通过", "failed"),
    "conditional": Words("附条件", "conditional"),
    "missing": Words("缺数据", "data missing"),
    "unknown": Words("待查证", "unknown"),
    "not_applicable": Words("不适用", "does not apply"),
}
