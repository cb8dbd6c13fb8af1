"""The desk of the restriction."""

from flask import Blueprint

blueprint = Blueprint("restriction", __name__, url_prefix="/restriction")
