"""`registry issue …`: issue the certificates that wait, thousands at once; pause and go on."""

from __future__ import annotations

import time

import click

from registry.config import Settings, prepare_instance


@click.group()
def issue() -> None:
    """Issue certificates in bulk."""


@issue.command()
@click.option("--processes", default=2, show_default=True, type=click.IntRange(1, 64))
def waiting(processes: int) -> None:
    """Issue everything that waits. May be stopped at any moment; a second call goes on."""
    from registry.jobs import bulk_issue

    settings = prepare_instance(Settings())
    settings.refuse_unsafe()
    if bulk_issue.paused(settings):
        raise click.ClickException("issuing is paused: `registry issue resume` first")
    total, begun = bulk_issue.waiting(settings), time.monotonic()
    click.echo(f"{total} waiting, {processes} processes")
    last = None
    for last in bulk_issue.run(settings, processes=processes):
        rate = last.issued / max(time.monotonic() - begun, 0.001)
        left = f", {last.waiting / rate:.0f} s left" if rate else ""
        click.echo(
            f"issued {last.issued}, failed {last.failed}, waiting {last.waiting}; "
            f"{rate:.1f} a second{left}"
        )
    if bulk_issue.paused(settings):
        click.echo(f"paused; {bulk_issue.waiting(settings)} waiting")
    elif last is not None and last.failed:
        raise click.ClickException(
            f"{last.failed} could not be made: the auditor's desk names each with its reason"
        )


@issue.command()
def pause() -> None:
    """Stop issuing after the certificates that are being made, until `resume`."""
    from registry.jobs import bulk_issue

    bulk_issue.set_paused(prepare_instance(Settings()), True)
    click.echo("paused")


@issue.command()
def resume() -> None:
    """Let issuing go on."""
    from registry.jobs import bulk_issue

    bulk_issue.set_paused(prepare_instance(Settings()), False)
    click.echo("resumed")


@issue.command()
def status() -> None:
    """How many wait, and whether issuing is paused."""
    from registry.jobs import bulk_issue

    settings = prepare_instance(Settings())
    state = "paused" if bulk_issue.paused(settings) else "running"
    click.echo(f"{bulk_issue.waiting(settings)} waiting, {state}")
