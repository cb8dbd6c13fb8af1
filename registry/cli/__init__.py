"""The `registry` command. Each command's module is imported only when it is called."""

from importlib import import_module

import click

COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("registry.cli.setup:init", "Make the instance folder, its secrets and TEST keys."),
    "migrate": ("registry.cli.setup:migrate", "Bring the database to the newest schema."),
    "serve": ("registry.cli.serve:serve", "Serve the site with a worker beside it."),
    "worker": ("registry.cli.worker:worker", "Do background work: certificates, mail, timers."),
    "demo": ("registry.cli.demo:demo", "Load the demonstration data."),
    "audit": ("registry.cli.audit:audit", "Verify, export and note the audit chain."),
    "certificate": ("registry.cli.certificate:certificate", "Verify certificates offline."),
    "issue": ("registry.cli.issue:issue", "Issue waiting certificates in bulk; pause, resume."),
    "parcel": ("registry.cli.parcel:parcel", "Pack certificates into a ZIP; check one offline."),
    "rulebook": ("registry.cli.rulebook:rulebook", "Check, test and compare rulebooks."),
    "reference": ("registry.cli.reference:reference", "Check, import and export reference data."),
    "screen": ("registry.cli.screen:screen", "Screen a file of names against the list."),
    "screen-portfolio": (
        "registry.cli.portfolio:screen_portfolio",
        "Screen a whole loan book, from file to file.",
    ),
    "account": ("registry.cli.account:account", "Make the first administrator."),
    "backup": ("registry.cli.backup:backup", "Write database, files and keys into one archive."),
    "restore": ("registry.cli.backup:restore", "Bring back a backup and verify it."),
}


class _LazyGroup(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name][0].split(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, help_) for name, (_, help_) in COMMANDS.items()])


@click.command(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="green-project-registry")
def main() -> None:
    """Green Project Registry 绿色金融项目登记平台.

    Settings come from REGISTRY_… variables and the instance folder (docs/operating.md).
    """
