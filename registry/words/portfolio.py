"""Loan books in words: what is wrong with a file, a column or a cell; how a run stands; why a loan
has its verdict."""

from . import Words
from .problems import PROBLEMS

FILES: dict[str, Words] = {
    "file_empty": Words("文件是空的。", "The file is empty."),
    "file_type": Words("请上传 CSV、XLSX 或 Parquet 文件。", "Send a CSV, XLSX or Parquet file."),
    "file_is_xls": Words(
        "这是旧版 Excel（.xls）文件，请另存为 .xlsx 后再上传。",
        "This is an old Excel file (.xls). Save it as .xlsx and send it again.",
    ),
    "file_too_big": Words(
        "文件过大（上限 %(detail)s）。", "The file is too big (limit %(detail)s)."
    ),
    "file_not_text": Words("文件既不是表格也不是文本。", "This is neither a spreadsheet nor text."),
    "encoding_unknown": Words(
        "文字编码既不是 UTF-8 也不是 GB18030，请另存为 UTF-8 后再上传。",
        "The text is neither UTF-8 nor GB18030. Save it as UTF-8 and send it again.",
    ),
    "file_broken": Words(
        "文件已损坏，无法读取（%(detail)s）。",
        "The file is damaged and cannot be read (%(detail)s).",
    ),
    "file_has_macros": Words(
        "文件含有宏，请另存为不含宏的 XLSX。", "The file has macros: save it as XLSX without them."
    ),
    "sheet_unknown": Words(
        "工作簿中没有名为“%(detail)s”的工作表。", "The workbook has no sheet called “%(detail)s”."
    ),
    "too_many_columns": Words("列数超过 %(detail)s。", "More than %(detail)s columns."),
    "no_rows": Words("文件中没有数据行。", "There are no rows of data."),
}

MAPPING: dict[str, Words] = {
    "column_needed": Words("请指明哪一列是“%(field)s”。", "Say which column holds “%(field)s”."),
    "kind_needed": Words(
        "请指明哪一列是项目类型，或为整个台账选定一种。",
        "Say which column holds the kind of project, or choose one for the whole book.",
    ),
    "field_unknown": Words(
        "规则中没有这一项，请重新选择。", "The rulebook has no such item. Choose again."
    ),
    "field_twice": Words(
        "“%(field)s”已由第 %(detail)s 列给出，请只留一列。",
        "“%(field)s” is already given by column %(detail)s. Keep one of them.",
    ),
    "unit_needed": Words(
        "列名没有写明单位，请选择“%(field)s”的单位。",
        "The heading gives no unit. Choose the unit of “%(field)s”.",
    ),
    "unit_unknown": Words(
        "“%(detail)s”不是“%(field)s”可用的单位。", "“%(detail)s” is no unit of “%(field)s”."
    ),
    "value_unknown": Words(
        "所选含义不在选项之内。", "A meaning was chosen that is none of the options."
    ),
    "same_wrong": Words(
        "“%(field)s”不能对整个台账取值“%(detail)s”。",
        "“%(field)s” cannot be “%(detail)s” for the whole book.",
    ),
    "head_wrong": Words(
        "表头行号应为 1 至 20，且首行不大于末行。",
        "The head's rows lie between 1 and 20, the first not after the last.",
    ),
}

CELLS: dict[str, Words] = {
    **{
        code: PROBLEMS[code]
        for code in (
            "not_a_number",
            "ambiguous_separator",
            "not_finite",
            "not_an_integer",
            "too_many_decimals",
            "below_minimum",
            "above_maximum",
            "not_a_date",
            "date_out_of_range",
            "forbidden_character",
            "too_long",
            "not_a_code",
        )
    },
    "required": Words("不能为空。", "This must not be empty."),
    "percent_sign": Words(
        "“%(found)s”带有百分号，而本列不以百分比计。",
        "“%(found)s” is in per cent, and this column is not.",
    ),
    "unit_in_cell": Words(
        "单元格中的单位“%(found)s”不是本列可用的单位。",
        "“%(found)s” in the cell is no unit of this column.",
    ),
    "not_an_option": Words(
        "“%(found)s”不在选项之内；可在“列对应”中说明它的含义。",
        "“%(found)s” is none of the options. Say under “Columns” what it means.",
    ),
    "date_is_a_number": Words(
        "“%(found)s”是数值而不是日期，请把该列设为日期格式。",
        "“%(found)s” is a number, not a date. Format the column as a date.",
    ),
    "code_is_a_number": Words(
        "编码被表格软件存成了数值“%(found)s”，可能丢失了数字；请把该列设为文本后重新填写。",
        "The spreadsheet keeps this code as the number “%(found)s”, so digits may be lost. Format the column as text and type it again.",
    ),
    "code_is_a_date": Words(
        "编码被表格软件改成了日期“%(found)s”；请把该列设为文本后重新填写。",
        "The spreadsheet turned this code into the date “%(found)s”. Format the column as text and type it again.",
    ),
    "formula_error": Words("公式出错（%(found)s）。", "The formula has an error (%(found)s)."),
    "merged_cell": Words(
        "此格被合并，看似有值实为空；请取消合并并逐行填写。",
        "The cell is merged: it looks filled and is empty. Unmerge it and fill in each row.",
    ),
    "total_row": Words(
        "这是“%(found)s”行，不是贷款，未计入。",
        "This is a “%(found)s” row, not a loan. It is not counted.",
    ),
    "beyond_head": Words("此格在表头各列之外。", "The cell lies beyond the columns of the head."),
    "loan_twice": Words(
        "贷款编号与第 %(found)s 行重复。", "The loan number stands in row %(found)s already."
    ),
    "kind_unknown": Words("没有这种项目类型。", "There is no such kind of project."),
}

RUN_STATES: dict[str, Words] = {
    "WAITING": Words("排队中", "Waiting"),
    "RUNNING": Words("计算中", "Running"),
    "PAUSED": Words("已暂停", "Paused"),
    "CANCELLED": Words("已取消", "Cancelled"),
    "DONE": Words("已完成", "Done"),
    "FAILED": Words("未能完成", "Failed"),
}
BOOK_STATES: dict[str, Words] = {
    "UPLOADED": Words("待对应列", "Columns to be matched"),
    **RUN_STATES,
}

REASONS: dict[str, Words] = {
    "hit": Words("借款人与限制名单相符", "The borrower matches the restricted list"),
    "failed": Words("未通过", "Failed"),
    "points": Words("得分不足", "Too few points"),
    "implausible": Words("数据不合理", "Implausible"),
    "unknown": Words("情况不明", "Unknown"),
    "missing": Words("数据缺失", "Missing"),
    "condition": Words("附条件", "On a condition"),
    "unverified": Words("所用参考数据尚未核对", "Reference data not yet verified"),
}
BANDS: dict[str, Words] = {
    "EXACT": Words("证件号码相同", "Same identifier"),
    "STRONG": Words("名称与地区相同", "Same name and region"),
    "POSSIBLE": Words("疑似", "Possible"),
}
CHANGES: dict[str, Words] = {
    "data": Words("贷款数据有变", "The loan's data changed"),
    "balance": Words("余额有变", "The balance changed"),
    "list": Words("限制名单的比对结果有变", "What the restricted list says changed"),
    "rules": Words("规则版本不同", "Another version of the rules"),
    "reference": Words("参考数据有更新", "The reference data changed"),
    "day": Words(
        "台账日期不同，适用的系数或期限随之变化", "Another day: other factors or terms apply"
    ),
    "settled": Words("对整个台账的认定不同", "Something else was settled for the whole book"),
}
DIMENSIONS: dict[str, Words] = {
    "verdict": Words("余额中有多少是绿色的", "How much of the balance is green"),
    "grade": Words("绿色等级怎样分布", "How the grades are spread"),
    "class": Words("资金投向哪些目录类别", "Which catalogue classes the money goes to"),
    "zone": Words("资金投向哪些高新区", "Which high-tech zones the money goes to"),
    "kind": Words("资金投向哪类项目", "Which kinds of project the money goes to"),
}
DIMENSION_HEADS: dict[str, Words] = {
    "verdict": Words("结论", "Verdict"),
    "grade": Words("等级", "Grade"),
    "class": Words("目录类别", "Catalogue class"),
    "zone": Words("高新区", "Zone"),
    "kind": Words("项目类型", "Kind of project"),
}

# What is wrong, without the cell: for counting.
CELL_KINDS: dict[str, Words] = {
    "not_a_number": Words("不是数字", "Not a number"),
    "ambiguous_separator": Words("逗号或小数点不明确", "Comma or point could mean two things"),
    "not_finite": Words("数值过大", "Number too large"),
    "not_an_integer": Words("不是整数", "Not a whole number"),
    "too_many_decimals": Words("小数位过多", "Too many decimals"),
    "below_minimum": Words("小于下限", "Below the minimum"),
    "above_maximum": Words("大于上限", "Above the maximum"),
    "not_a_date": Words("不是日期", "Not a date"),
    "date_out_of_range": Words("日期超出范围", "Date out of range"),
    "forbidden_character": Words("含不可见字符", "Invisible character"),
    "too_long": Words("过长", "Too long"),
    "not_a_code": Words("不是所需代码", "Not a code of this kind"),
    "required": Words("为空", "Empty"),
    "percent_sign": Words("多余的百分号", "Stray percent sign"),
    "unit_in_cell": Words("单位不符", "Wrong unit in the cell"),
    "not_an_option": Words("不在选项之内", "None of the options"),
    "date_is_a_number": Words("日期存成了数值", "Date kept as a number"),
    "code_is_a_number": Words("编码存成了数值", "Code kept as a number"),
    "code_is_a_date": Words("编码变成了日期", "Code turned into a date"),
    "formula_error": Words("公式出错", "Formula error"),
    "merged_cell": Words("单元格被合并", "Merged cell"),
    "total_row": Words("合计行", "Total row"),
    "beyond_head": Words("超出表头", "Beyond the head"),
    "loan_twice": Words("贷款编号重复", "Loan number twice"),
    "kind_unknown": Words("项目类型未知", "Unknown kind of project"),
}
