"""Where templates, migrations and static files lie, in a checkout and in a wheel."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = PACKAGE.parent


def _beside_or_inside(name: str) -> Path:
    """A checkout keeps the folder beside the package; a wheel carries it inside."""
    inside = PACKAGE / f"_{name}"
    return inside if inside.is_dir() else _CHECKOUT / name


TEMPLATES = _beside_or_inside("templates")
MIGRATIONS = _beside_or_inside("migrations")
STATIC = PACKAGE / "web" / "static"
