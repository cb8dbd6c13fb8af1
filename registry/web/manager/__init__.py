"""The desk of the manager."""

from flask import Blueprint

blueprint = Blueprint("manager", __name__, url_prefix="/manager")
