"""Accounts and organisations in words: refusals, kinds, warnings on a registration number."""

from . import Words

REFUSALS: dict[str, Words] = {
    "not_allowed": Words("您无权办理此事项。", "You may not do this."),
    "sign_in_failed": Words(
        "邮箱或密码不正确，或账户暂时锁定、已停用。",
        "The address or the password is not right, or the account is locked for now or closed.",
    ),
    "link_unusable": Words(
        "此链接已使用、已过期或不完整。", "This link has been used, has expired or is incomplete."
    ),
    "email_invalid": Words("请输入有效的邮箱地址。", "Enter a valid mail address."),
    "name_missing": Words("请输入姓名。", "Enter a name."),
    "password_wrong": Words("当前密码不正确。", "The present password is not right."),
    "password_short": Words(
        "密码至少 %(least)s 个字符。", "A password has at least %(least)s characters."
    ),
    "password_long": Words(
        "密码最多 %(most)s 个字符。", "A password has at most %(most)s characters."
    ),
    "password_simple": Words(
        "密码过于简单：不要使用姓名、邮箱、重复或连续的字符。",
        "Too simple: not your name or address, nor repeated or consecutive characters.",
    ),
    "passwords_differ": Words("两次输入的密码不一致。", "The two passwords differ."),
    "account_exists": Words(
        "该邮箱已有账户，请在人员列表中查找。",
        "There is an account with this address: find it in the list of people.",
    ),
    "account_erased": Words("该账户已删除个人信息。", "This account has been erased."),
    "role_not_grantable": Words("此角色不能授予人员。", "This role is not granted to persons."),
    "role_to_oneself": Words("不能为自己授予角色。", "Nobody grants a role to themselves."),
    "role_excludes_others": Words(
        "系统管理和审计人员不得兼任其他角色。",
        "An administrator or auditor holds no other role at the same time.",
    ),
    "role_held_already": Words(
        "此人在该期间已有相同角色。", "This person holds the same role in that time already."
    ),
    "scope_unfit": Words("该角色不能授予此类范围。", "This role is not granted for such a scope."),
    "scope_unknown": Words(
        "找不到该单位、基金或园区。请填写编号、统一社会信用代码或完整名称。",
        "No such organisation, fund or zone. Give its number, its code or its full name.",
    ),
    "days_reversed": Words("结束日期早于开始日期。", "The last day lies before the first."),
    "day_past": Words("日期不能早于今天。", "The day may not lie in the past."),
    "day_invalid": Words("请输入有效日期。", "Enter a valid date."),
    "reason_missing": Words(
        "请说明理由（至少 4 个字）。", "Give a reason (at least 4 characters)."
    ),
    "organisation_unknown": Words(
        "找不到该单位。请填写编号、统一社会信用代码或完整名称。",
        "No such organisation. Give its number, its code or its full name.",
    ),
    "organisation_taken": Words(
        "该代码的单位已登记并核验。请同事从“我的单位”邀请您加入。",
        "An organisation with this code is registered and verified. Ask a colleague to invite you.",
    ),
    "organisation_changed": Words(
        "他人刚刚修改过该单位信息，请重新打开页面。",
        "Somebody changed this organisation in the meantime: open the page again.",
    ),
    "member_already": Words("此人已是该单位成员。", "This person belongs to it already."),
    "last_signatory": Words(
        "这是该单位最后一位签章人，请先指定其他签章人。",
        "This is the last signatory: appoint another first.",
    ),
    "last_admin": Words(
        "这是最后一位系统管理员，请先指定其他管理员。",
        "This is the last administrator: appoint another first.",
    ),
    "oneself": Words("不能对自己的账户这样做。", "You cannot do this to your own account."),
    "required": Words("请填写此项。", "Fill this in."),
    "too_short": Words("至少 %(limit)s 个字符。", "At least %(limit)s characters."),
    "too_long": Words("最多 %(limit)s 个字符。", "At most %(limit)s characters."),
    "malformed": Words("格式不正确。", "This does not have the right form."),
    "not_confirmed": Words("请勾选确认后再继续。", "Tick the confirmation before you go on."),
}

ORGANISATION_KINDS: dict[str, Words] = {
    "company": Words("企业", "Company"),
    "bank": Words("银行", "Bank"),
    "fund": Words("基金", "Fund"),
    "verifier": Words("第三方核查机构", "Third-party verifier"),
    "zone_office": Words("园区管理机构", "Zone office"),
    "issuer": Words("登记平台运营方", "Registry operator"),
}

VERIFICATION: dict[str, Words] = {
    "pending": Words("待核验", "To be verified"),
    "verified": Words("已核验", "Verified"),
    "refused": Words("未通过", "Refused"),
    "closed": Words("已关闭", "Closed"),
}

CODE_KINDS: dict[str, Words] = {
    "uscc18": Words("统一社会信用代码（18 位）", "Unified social credit code (18 characters)"),
    "legacy15": Words("旧工商注册号（15 位）", "Registration number from before 2015 (15 digits)"),
    "orgcode9": Words("组织机构代码（9 位）", "Organisation code (9 characters)"),
    "lei": Words("法人机构识别编码（LEI）", "Legal entity identifier (LEI)"),
    "unknown": Words("无法识别", "Not recognised"),
}

CODE_WARNINGS: dict[str, Words] = {
    "illegal_character": Words(
        "代码含有不使用的字符。", "The code has a character that such codes do not use."
    ),
    "check_digit": Words("校验码不符。", "The check digit does not fit."),
    "inner_check": Words(
        "其中的组织机构代码（第 9–17 位）校验不符。",
        "The organisation code inside (characters 9 to 17) fails its check.",
    ),
    "unknown_authority": Words("登记机关代码未知。", "Unknown registering authority."),
    "unknown_division": Words("行政区划代码未知。", "Unknown division."),
    "legacy_number": Words(
        "这是 2015 年以前的注册号，如有新代码请填写。",
        "A number from before 2015: give the newer code if there is one.",
    ),
    "missing": Words("未填写代码。", "No code was given."),
    "length": Words("代码位数不符。", "The code does not have a known length."),
    "registered_before": Words(
        "另有单位以同一代码登记。", "Another organisation is registered with the same code."
    ),
}

LINK_PURPOSES: dict[str, Words] = {
    "registration": Words("确认注册", "Confirm your registration"),
    "invitation": Words("接受邀请", "Accept the invitation"),
    "reset": Words("设置新密码", "Set a new password"),
}

PEOPLE_STATES: dict[str, Words] = {
    "active": Words("正常", "Active"),
    "invited": Words("待设置密码", "No password yet"),
    "closed": Words("已停用", "Closed"),
    "erased": Words("已删除个人信息", "Erased"),
}
