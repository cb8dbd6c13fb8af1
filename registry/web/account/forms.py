"""The forms of the account. They ask; what may be stored is decided by the data models."""

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    EmailField,
    HiddenField,
    PasswordField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Optional, ValidationError

from registry.operations.organisation import REGISTRABLE
from registry.reference import provinces
from registry.rules.permissions import Role
from registry.web.language import said, t
from registry.web.pinning import DayField
from registry.words import Words
from registry.words.people import ORGANISATION_KINDS, REFUSALS
from registry.words.roles import ROLES

LANGUAGES = [SelectChoice("zh", "简体中文"), SelectChoice("en", "English")]


class SignInForm(FlaskForm):  # type: ignore[misc]
    email = EmailField(Words("邮箱", "Mail address"))
    password = PasswordField(Words("密码", "Password"))
    next = HiddenField()


class RegisterForm(FlaskForm):  # type: ignore[misc]
    name = StringField(Words("姓名", "Name"))
    email = EmailField(Words("邮箱", "Mail address"))


class ForgottenForm(FlaskForm):  # type: ignore[misc]
    email = EmailField(Words("邮箱", "Mail address"))


class NewPasswordForm(FlaskForm):  # type: ignore[misc]
    password = PasswordField(Words("新密码", "New password"))
    password_again = PasswordField(Words("再输入一次", "The same again"))

    def validate_password_again(self, field: PasswordField) -> None:
        if field.data != self.password.data:
            raise ValidationError(said(REFUSALS["passwords_differ"]))


class ChangePasswordForm(NewPasswordForm):
    current_password = PasswordField(Words("当前密码", "Present password"))


class ProfileForm(FlaskForm):  # type: ignore[misc]
    name = StringField(Words("姓名", "Name"))
    language = RadioField(
        Words("页面和邮件的语言", "Language of pages and mails"), choices=LANGUAGES
    )


class ConflictForm(FlaskForm):  # type: ignore[misc]
    organisation = StringField(Words("单位", "Organisation"))
    reason = TextAreaField(Words("理由", "Reason"))
    from_day = DayField(Words("自", "From"))
    to_day = DayField(Words("至", "To"), validators=[Optional()])


class EraseForm(FlaskForm):  # type: ignore[misc]
    current_password = PasswordField(Words("当前密码", "Present password"))
    confirmed = BooleanField(
        Words("我明白此操作无法撤销", "I understand that this cannot be undone")
    )


class OrganisationForm(FlaskForm):  # type: ignore[misc]
    kind = RadioField(Words("单位类型", "Kind of organisation"))
    name_zh = StringField(Words("中文名称", "Name in Chinese"))
    name_en = StringField(Words("英文名称", "Name in English"), validators=[Optional()])
    uscc = StringField(Words("统一社会信用代码", "Unified social credit code"))
    province_code = SelectField(
        Words("注册地", "Province of registration"), validators=[Optional()]
    )
    address = StringField(Words("地址", "Address"), validators=[Optional()])
    controller_name = StringField(Words("实际控制人", "Actual controller"), validators=[Optional()])
    version = HiddenField(default="0")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [
            SelectChoice(kind, said(ORGANISATION_KINDS[kind])) for kind in REGISTRABLE
        ]
        self.province_code.choices = [
            SelectChoice("", t("请选择", "Choose")),
            *(SelectChoice(row.code, t(row.name_zh, row.name_en)) for row in provinces()),
        ]

    def version_seen(self) -> int:
        """The version that was on the page; 0, which fits none, where somebody wrote another."""
        text = str(self.version.data or "")
        return int(text) if text.isdecimal() else 0

    def values(self) -> dict[str, str]:
        names = (
            "kind",
            "name_zh",
            "name_en",
            "uscc",
            "province_code",
            "address",
            "controller_name",
        )
        return {name: self[name].data or "" for name in names}


class InviteForm(FlaskForm):  # type: ignore[misc]
    name = StringField(Words("姓名", "Name"))
    email = EmailField(Words("邮箱", "Mail address"))
    language = RadioField(Words("邮件语言", "Language of the mail"), choices=LANGUAGES)
    role = RadioField(Words("角色", "Role"))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.role.choices = [
            SelectChoice(role.value, said(ROLES[role.value]))
            for role in (Role.EDITOR, Role.SIGNATORY)
        ]
