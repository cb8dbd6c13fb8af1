"""Every address, every method, every role: who gets in is what the view itself states, nothing more.

The walk takes its routes from the app, so that a new one is walked without being named here; one
whose address names a thing has to be given a sample in `walk_samples.py`.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.routing import Rule

from registry.app import create_app
from registry.config import Settings
from registry.db import Database
from registry.models import SQLModel
from registry.web.access import EVERYONE, SIGNED_IN, opening_of
from registry.web.edge import RowNumber
from tests.conftest import ON_POSTGRESQL, fast_folder
from tests.people import People
from tests.web.walk_samples import OWNERS, SAMPLES
from tests.web.walk_world import Builder, World, session_of

# All on one process, so that the world is built once.
pytestmark = pytest.mark.xdist_group("walk")

# They carry no session's authority: programs post to them without a form.
WITHOUT_TOKEN = frozenset({"api.score", "public.log_cosignatures"})
# Goes back to the page either way, and says nothing of whether there is such a session.
TELLS_NOTHING = frozenset({"account.revoke_session"})
NOBODY = "nobody"
# That a session is in use is noted every few minutes, whatever is read: a slow walk meets it.
SEEN = "UPDATE sign_in_session SET last_seen_at="
HUGE = 10**30
READS = frozenset({"GET", "HEAD", "OPTIONS"})


class Walk:
    """A built world, its app, one browser for each walker, and a watch on writes."""

    def __init__(self, app: Flask, database: Database, world: World, people: People) -> None:
        self.app, self.database, self.world = app, database, world
        self.browsers: dict[str, FlaskClient] = {NOBODY: app.test_client()}
        for name, person in world.people.items():
            self.browsers[name] = people.browser(person)
        world.ids["session"] = session_of(database, world.people["applicant.editor"])
        self.written: list[str] = []
        event.listen(database.engine, "before_cursor_execute", self._watch)

    def _watch(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith(SEEN):
            return
        if statement.lstrip().split(None, 1)[0].upper() not in ("SELECT", "PRAGMA", "BEGIN"):
            self.written.append(statement)

    def routes(self, *methods: str) -> Iterator[tuple[Rule, str]]:
        """Every rule with every method that it takes, in a steady order."""
        for rule in sorted(self.app.url_map.iter_rules(), key=lambda r: (r.endpoint, r.rule)):
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                if not methods or method in methods:
                    yield rule, method

    def address(self, rule: Rule, **changed: object) -> str:
        values = {**SAMPLES[rule.endpoint].values(self.world), **changed} if rule.arguments else {}
        with self.app.test_request_context():
            _, path = rule.build(values) or ("", "")
        assert path, f"{rule.rule} cannot be built from {values}"
        return path

    def ask(self, walker: str, method: str, path: str, **more: object) -> tuple[int, str]:
        """The status, and where it sends to."""
        with self.browsers[walker].open(path, method=method, **more) as answer:
            return answer.status_code, answer.headers.get("Location", "")

    def holds(self, walker: str, endpoint: str) -> bool:
        """Whether the view's own statement lets this walker in. A walker is named for the role."""
        opening = opening_of(self.app, endpoint)
        if EVERYONE in opening:
            return True
        if walker == NOBODY:
            return False
        roles = OWNERS if walker == "stranger" else {walker}
        return SIGNED_IN in opening or not opening.isdisjoint(roles)


@pytest.fixture(scope="module")
def walk(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Walk]:
    folder = fast_folder()
    if ON_POSTGRESQL:
        database = _another_database(request.getfixturevalue("postgresql_url"))
    else:
        database = Database(f"sqlite:///{folder / 'walk.sqlite3'}")
    SQLModel.metadata.create_all(database.engine)
    app = create_app(settings, database)
    app.config["PROPAGATE_EXCEPTIONS"] = False  # what breaks answers 500 here, as it would outside
    people = People(database, app)
    # In a thread of its own: signing runs an event loop, and a browser's may be running in this one.
    with ThreadPoolExecutor(max_workers=1) as builders:
        world = builders.submit(Builder(database, settings, people).build).result()
    yield Walk(app, database, world, people)
    database.dispose()


def _another_database(url: str) -> Database:
    """Beside the one whose transaction every other test rolls back."""
    server = Database(url)
    with server.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("CREATE DATABASE walk")
    server.dispose()
    return Database(url.replace("/postgres?", "/walk?"))


def test_every_view_states_to_whom_it_opens(walk):
    silent = {r.endpoint for r, _ in walk.routes() if not opening_of(walk.app, r.endpoint)}
    assert silent == set()


def test_every_address_that_names_a_thing_has_a_sample(walk):
    named = {r.endpoint: r.arguments for r, _ in walk.routes() if r.arguments}
    assert set(named) - set(SAMPLES) == set(), "enter these in tests/web/walk_samples.py"
    assert set(SAMPLES) - set(named) == set(), "no such route any more"
    for endpoint, arguments in named.items():
        assert set(SAMPLES[endpoint].given) == arguments, endpoint


def test_the_watch_sees_a_write(walk):
    walk.written.clear()
    data = {"language": "en", "next": "/"}
    walk.app.config["WTF_CSRF_ENABLED"] = False
    try:
        walk.ask("signed in", "POST", "/language", data=data)
    finally:
        walk.app.config["WTF_CSRF_ENABLED"] = True
    assert walk.written != []


def test_reading_opens_as_stated_and_writes_nothing(walk):
    """And each page opens to at least one of those for whom it is meant."""
    faults, opened = [], set()
    for rule, method in walk.routes("GET"):
        path = walk.address(rule)
        for walker in walk.browsers:
            walk.written.clear()
            status, to = walk.ask(walker, method, path)
            if walk.written:
                faults.append(f"{walker} reading {path} wrote: {walk.written[0][:80]}")
            if status == 200:
                opened.add(rule.endpoint)
            expected = _expected(walk, walker, rule, status, to)
            if not expected:
                faults.append(f"{walker} GET {path}: {status} {to}")
    assert faults == []
    unopened = {r.endpoint for r, _ in walk.routes("GET")} - opened
    assert unopened == set(), "nobody could open these: is the sample right?"


def _expected(walk: Walk, walker: str, rule: Rule, status: int, to: str) -> bool:
    if not walk.holds(walker, rule.endpoint):
        if walker == NOBODY:
            return status == 302 and to.startswith("/account/sign-in")
        return status == 403
    if walker == "stranger" and rule.arguments and SAMPLES[rule.endpoint].owned:
        return status == 404
    # Inside, four eyes, states and organisations narrow it; but nobody meets an error of ours.
    return status < 500 and status != 401 and not to.startswith("/account/sign-in")


def test_writing_needs_the_role_and_the_token(walk):
    """Without the token of a page nothing is written, whoever sends it."""
    faults = []
    for rule, method in walk.routes():
        if method in READS:
            continue
        path = walk.address(rule)
        for walker in walk.browsers:
            walk.written.clear()
            status, to = walk.ask(walker, method, path, data={"anything": "typed"})
            if walk.written:
                faults.append(f"{walker} {method} {path} wrote: {walk.written[0][:80]}")
            if not _refused(walk, walker, rule, status, to):
                faults.append(f"{walker} {method} {path}: {status} {to}")
    assert faults == []


def _refused(walk: Walk, walker: str, rule: Rule, status: int, to: str) -> bool:
    if rule.endpoint in WITHOUT_TOKEN:
        return status < 500
    if walk.holds(walker, rule.endpoint):
        return status == 400
    if walker == NOBODY:
        return status == 302 and to.startswith("/account/sign-in")
    return status == 403


@pytest.fixture
def without_token(walk: Walk) -> Iterator[None]:
    """As if each page's token had been sent along: what is tried then is everything behind it."""
    walk.app.config["WTF_CSRF_ENABLED"] = False
    yield
    walk.app.config["WTF_CSRF_ENABLED"] = True


@pytest.mark.usefixtures("without_token")
def test_another_organisations_things_do_not_exist(walk):
    """For an applicant of another organisation, who holds the same roles there and everywhere."""
    faults, tried = [], 0
    for rule, method in walk.routes():
        if not rule.arguments or not SAMPLES[rule.endpoint].owned:
            continue
        tried += 1
        walk.written.clear()
        status, _ = walk.ask("stranger", method, walk.address(rule))
        hidden = status == 404 or rule.endpoint in TELLS_NOTHING
        if not hidden or walk.written:
            faults.append(f"{method} {walk.address(rule)}: {status}, {len(walk.written)} writes")
    assert faults == []
    assert tried > 20


@pytest.mark.usefixtures("without_token")
def test_a_thing_is_not_found_through_another_case(walk):
    faults, tried = [], 0
    for rule, method in walk.routes():
        sample = SAMPLES.get(rule.endpoint)
        if sample is None or not sample.parent:
            continue
        path = walk.address(rule, **{sample.parent: walk.world.ids[sample.other_parent]})
        for walker in walk.browsers:
            if not walk.holds(walker, rule.endpoint) or walker in (NOBODY, "stranger"):
                continue
            tried += 1
            walk.written.clear()
            status, to = walk.ask(walker, method, path)
            sent_back = status == 302 and to.startswith("/review/case/")
            if not (status == 404 or sent_back) or walk.written:
                faults.append(f"{walker} {method} {path}: {status} {to}")
    assert faults == []
    assert tried > 10


@pytest.mark.usefixtures("without_token")
@pytest.mark.parametrize("number", [0, 999_999, 2**31, 2**63, HUGE])
def test_what_is_not_there_is_not_found(walk, number):
    """Numbers without a row, and numbers that no database column holds."""
    faults = []
    for rule, method in walk.routes():
        numbers = [a for a in rule.arguments if isinstance(rule._converters[a], RowNumber)]
        for argument in numbers:
            path = walk.address(rule, **{argument: number})
            for walker in walk.browsers:
                if not walk.holds(walker, rule.endpoint) or walker == NOBODY:
                    continue
                walk.written.clear()
                status, to = walk.ask(walker, method, path)
                redirected = status in (302, 303) and argument != "application_id"
                if not (status in (403, 404, 405) or redirected) or walk.written:
                    faults.append(f"{walker} {method} {path}: {status} {to} {walk.written[:1]}")
    assert faults == []
