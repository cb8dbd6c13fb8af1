"""`registry demo`."""

import sys

import click

from registry.config import Settings, prepare_instance


@click.group()
def demo() -> None:
    """Load the demonstration data."""


@demo.command()
def load() -> None:
    """Load published projects in several states and one account for each role. Repeatable."""
    from registry.db import Database
    from registry.jobs.demo.load import NotDemo, load_demo

    settings = prepare_instance(Settings())
    try:
        loaded = load_demo(settings, Database(settings.database_url))
    except NotDemo as refusal:
        click.echo(f"not loaded: {refusal}", err=True)
        sys.exit(1)
    click.echo("demonstration loaded" if loaded else "demonstration already there")
