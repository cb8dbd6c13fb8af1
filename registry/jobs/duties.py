"""Every duty of the worker, in the order in which they are tried."""

from registry.jobs.certificates import expire_over, issue_waiting
from registry.jobs.log import grow_log
from registry.jobs.mail import send_outbox
from registry.jobs.papers import print_papers
from registry.jobs.portfolios import get_ready, screen_books
from registry.jobs.reissue import carry_out_reissues
from registry.jobs.restricted_bulk import carry_out_bulk
from registry.jobs.restricted_imports import take_imports
from registry.jobs.restrictions import expire_entries, hold_certificates
from registry.jobs.rulebooks import print_methodology, sign_shipped, try_impacts
from registry.jobs.screening_policies import try_policies
from registry.jobs.timers import run_timers
from registry.jobs.watching import watch_portfolios
from registry.jobs.worker import Duty

# A person watches how far these are; each gives way to the next after a moment. Books first.
WATCHED: list[Duty] = [
    screen_books,
    get_ready,
    try_impacts,
    take_imports,
    carry_out_bulk,
    try_policies,
]
REST: list[Duty] = [
    issue_waiting,
    carry_out_reissues,
    grow_log,
    run_timers,
    expire_over,
    expire_entries,
    hold_certificates,
    send_outbox,
    print_papers,
    sign_shipped,
    watch_portfolios,
    print_methodology,
]
DUTIES: list[Duty] = [*WATCHED, *REST]
