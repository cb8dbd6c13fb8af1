"""`registry worker`: background work until it is told to stop."""

import signal
import threading

import click

from registry.config import Settings, prepare_instance


@click.command()
@click.option("--once", is_flag=True, help="Do what waits, then stop.")
def worker(once: bool) -> None:
    """Screen loan books, issue certificates, send mail, run timers.

    May be killed at any moment and run several times: the database says what is still to do.
    """
    from registry.db import Database
    from registry.jobs.duties import DUTIES, REST, WATCHED
    from registry.jobs.worker import run_beside, run_once
    from registry.queries.account import refuse_demo_accounts

    settings = prepare_instance(Settings())
    settings.refuse_unsafe()
    database = Database(settings.database_url)
    if settings.production:
        refuse_demo_accounts(database)
    if once:
        while run_once(DUTIES, database, settings):
            pass
        return
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    run_beside(stop, WATCHED, REST, database, settings)
