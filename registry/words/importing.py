"""Mistakes in an uploaded file in words. `%(detail)s` takes what the problem carries."""

from . import Words

FILE: dict[str, Words] = {
    "file_empty": Words("文件是空的。", "The file is empty."),
    "file_too_big": Words("文件过大。", "The file is too big."),
    "file_type": Words(
        "请上传 CSV 或 XLSX 文件，且扩展名与内容一致。",
        "Upload a CSV or XLSX file whose name fits what is in it.",
    ),
    "file_not_text": Words("这不是文本文件。", "This is no text file."),
    "encoding_unknown": Words(
        "无法识别文字编码，请另存为 UTF-8。", "The encoding is not known: save the file as UTF-8."
    ),
    "file_broken": Words("文件已损坏，无法读取。", "The file is damaged and cannot be read."),
    "file_has_macros": Words(
        "文件含有宏，请另存为不含宏的 XLSX。", "The file has macros: save it as XLSX without them."
    ),
    "too_many_rows": Words("行数超过 %(detail)s。", "More than %(detail)s rows."),
    "too_many_columns": Words("列数超过 %(detail)s。", "More than %(detail)s columns."),
    "no_header": Words(
        "第一行中没有本类数据的列名，请使用模板。",
        "The first line has none of the headings: use the template.",
    ),
    "no_rows": Words("文件中没有数据行。", "There are no rows of data."),
}

CELLS: dict[str, Words] = {
    "unknown_column": Words("未知的列，请删除或改名。", "Unknown column: remove or rename it."),
    "column_twice": Words("此列出现两次。", "This column stands there twice."),
    "missing": Words("请填写。", "Fill this in."),
    "duplicate_key": Words("与前面的行重复（%(detail)s）。", "Same key as before (%(detail)s)."),
    "hidden_character": Words(
        "含有不可见字符（%(detail)s），请重新录入。",
        "Holds a character that nobody sees (%(detail)s): type it again.",
    ),
    "too_long": Words("超过 %(detail)s 个字符。", "Longer than %(detail)s characters."),
    "not_a_number": Words("“%(detail)s”不是数值。", "“%(detail)s” is no number."),
    "not_a_whole_number": Words("“%(detail)s”不是整数。", "“%(detail)s” is no whole number."),
    "not_a_day": Words(
        "“%(detail)s”不是完整有效的日期。", "“%(detail)s” is no full and valid date."
    ),
    "bad_date": Words("“%(detail)s”不是有效日期。", "“%(detail)s” is no valid date."),
    "unexpected_day": Words(
        "此处不应是日期（%(detail)s）：表格软件可能自动改写了编码。",
        "No date belongs here (%(detail)s): the spreadsheet may have changed a code into one.",
    ),
    "code_is_a_number": Words(
        "编码被表格软件存成了数值 %(detail)s，可能丢失了零。请把该列设为文本格式后重新填写。",
        "The spreadsheet keeps this code as the number %(detail)s, so zeros may be lost. "
        "Format the column as text and type it again.",
    ),
    "unknown_choice": Words("“%(detail)s”不在可选值内。", "“%(detail)s” is none of the values."),
    "percent_sign": Words(
        "此列不以百分比计（%(detail)s）。", "This column does not count in per cent (%(detail)s)."
    ),
    "out_of_range": Words("超出合理范围（%(detail)s）。", "Out of range (%(detail)s)."),
    "unknown_edition": Words("未知的版本“%(detail)s”。", "Unknown edition “%(detail)s”."),
    "unknown_industry": Words("未知的行业代码“%(detail)s”。", "Unknown industry “%(detail)s”."),
    "unknown_region": Words("未知的地区代码“%(detail)s”。", "Unknown region “%(detail)s”."),
    "unknown_grid": Words("未知的电网“%(detail)s”。", "Unknown grid “%(detail)s”."),
    "unknown_zone": Words("未知的高新区“%(detail)s”。", "Unknown zone “%(detail)s”."),
    "unknown_parent": Words(
        "上级“%(detail)s”不在文件中。", "The parent “%(detail)s” is not in the file."
    ),
    "top_level_has_parent": Words(
        "一级条目不应有上级（%(detail)s）。", "An entry of level 1 has no parent (%(detail)s)."
    ),
    "level_differs_from_code": Words(
        "级次与编码不符（%(detail)s）。", "Level and code do not fit (%(detail)s)."
    ),
    "benchmark_above_baseline": Words(
        "标杆水平应优于（低于）基准水平 %(detail)s。",
        "The benchmark should be better (lower) than the baseline %(detail)s.",
    ),
    "part_above_whole": Words("不应大于总量 %(detail)s。", "More than the total %(detail)s."),
    "unknown_status": Words("未知的核对状态“%(detail)s”。", "Unknown status “%(detail)s”."),
    "unknown_origin": Words("未知的依据“%(detail)s”。", "Unknown origin “%(detail)s”."),
    "verified_without_original": Words(
        "只有核对过原文的行才能标为“已核对”：请把“依据”填为“原文”。",
        "Only a row compared with the original is verified: say so under “known from”.",
    ),
}

PROBLEMS: dict[str, Words] = {**FILE, **CELLS}
