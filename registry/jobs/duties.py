"""Every duty of the worker, in the order in which they are tried."""

from registry.jobs.mail import send_outbox
from registry.jobs.timers import run_timers
from registry.jobs.worker import Duty

DUTIES: list[Duty] = [run_timers, send_outbox]
