"""The application for a WSGI server: `gunicorn registry.wsgi:app`. Settings come from the environment."""

from registry.app import create_app
from registry.config import Settings

app = create_app(Settings())
