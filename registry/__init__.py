"""Green Project Registry 绿色金融项目登记平台."""

__version__ = "0.1.0"
