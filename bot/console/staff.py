"""`main.py staff …`: who may log in at the web desk.

A member here is the same as in a staff group, so `remove` works for both. A process that runs meanwhile sees every
change at its next request.
"""

import click

from bot.console.asking import BUSINESS, ask_store

ROLES = ("operator", "supervisor", "owner")


@click.group()
def staff() -> None:
    """List, add and remove those who may log in at the web desk."""


@staff.command("list")
@BUSINESS
def list_members(business: str) -> None:
    """List the staff."""
    from bot.records.members import members

    found = ask_store(business, lambda slug, _: members(slug))
    for each in found:
        marks = [each.role.key, *([] if each.active else ["removed"]), each.account]
        login = f"login {each.login}" if each.login else "no login"
        click.echo("  ".join((each.id, each.name, login, *filter(None, marks))))
    if not found:
        click.echo("There is nobody yet.")


@staff.command("add")
@click.argument("name")
@click.option("--login", required=True, help="How they log in; no spaces.")
@click.option("--role", type=click.Choice(ROLES), default="operator", show_default=True)
@BUSINESS
def add_member(name: str, login: str, role: str, business: str) -> None:
    """Add a colleague NAME, or take one back who was removed."""
    from bot.desk import staffing
    from bot.records import Role

    plain = staffing.clean_login(login)
    if not plain:
        raise click.ClickException("a login is one word of at most 64 characters")
    made = ask_store(business, lambda slug, now: staffing.add(slug, name, plain, Role[role.upper()], now))
    if made is None:
        raise click.ClickException(f"the login {plain} is taken")
    click.echo(f"{name} is added as {role}. Now set a password: main.py staff password {plain}")


@staff.command("password")
@click.argument("login")
@BUSINESS
@click.password_option(prompt="New password, at least 10 characters")
def password_member(login: str, business: str, password: str) -> None:
    """Set the password of LOGIN; they are logged out everywhere."""
    from bot.desk import staffing
    from bot.records import passwords

    if not passwords.good_enough(password):
        raise click.ClickException(f"a password has {passwords.SHORTEST} to {passwords.LONGEST} characters")
    plain, kept = staffing.clean_login(login), passwords.stored(password)
    if not ask_store(business, lambda slug, now: staffing.set_password(slug, plain, kept, now)):
        raise click.ClickException(f"nobody has the login {login}")
    click.echo("The password is set.")


@staff.command("remove")
@click.argument("who", metavar="ID")
@BUSINESS
def remove_member(who: str, business: str) -> None:
    """Take the access of a member away, named by id or login; it works from their next request on."""
    from bot.desk import staffing

    known = ask_store(business, lambda slug, now: staffing.remove(slug, who, now))
    if known is None:
        raise click.ClickException(f"there is no member {who}; main.py staff list shows them")
    click.echo(f"{known.name} has no access any more.")
