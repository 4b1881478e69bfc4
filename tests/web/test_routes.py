"""Every route has a guard, and the document that describes them is whole."""

import inspect
from collections.abc import Iterator, Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # it ships no types
from starlette.routing import BaseRoute

from tests.web.client import Portal
from web.visit import Looking, Page, Visiting, coming, coming_to_look
from web.work import admitted, let_look, signed_in

OPEN = {"/healthz", "/readyz", "/api/v1/openapi.json"}  # what anybody may ask, by name
OPEN_PAGES = {
    "/static",
    "/ngon-ngu",
    "/dang-nhap",
    "/dang-nhap/ma",
    "/dang-nhap/chung",
    "/dang-nhap/chung/ve",
    "/quen-mat-khau",
    "/mat-khau/{link}",
}
# The names outside clients rely on (issue 4, point 7).
FIXED = {
    "GET /healthz",
    "GET /readyz",
    "GET /api/v1/campaigns/{code}",
    "GET /api/v1/campaigns/{code}/ranking",
    "POST /api/v1/campaigns/{code}/plans",
    "GET /api/v1/nominations",
    "GET /api/v1/nominations/{id}",
    "GET /api/v1/nominations/{id}/trail",
    "GET /api/v1/nominations/{id}/explain",
    "POST /api/v1/nominations/{id}/steps",
}


def every_route(routes: Sequence[BaseRoute]) -> Iterator[BaseRoute]:
    """The routes, those of included routers too."""
    for route in routes:
        included = getattr(route, "original_router", None)
        if included is None:
            yield route
        else:
            yield from every_route(included.routes)


def asks(dependant: Dependant, guard: object) -> bool:
    """Whether something is among what is asked before the handler."""
    return any(one.call is guard or asks(one, guard) for one in dependant.dependencies)


def guarded(route: BaseRoute) -> bool:
    """Whether a route lets nobody in who is not signed in."""
    if not isinstance(route, APIRoute):
        return False
    visits = asks(route.dependant, coming) or asks(route.dependant, coming_to_look)
    return asks(route.dependant, signed_in) or (isinstance(route, Page) and visits)


def unguarded(routes: Sequence[BaseRoute]) -> set[str]:
    """The addresses anybody may ask."""
    return {str(getattr(route, "path", route)) for route in every_route(routes) if not guarded(route)}


def test_every_route_has_a_guard(app: FastAPI) -> None:
    assert unguarded(app.routes) == OPEN | OPEN_PAGES


def test_a_route_without_a_guard_is_noticed() -> None:
    forgetful = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    forgetful.add_api_route("/quick", lambda: None)
    forgetful.add_api_route("/no-page", no_page)
    assert unguarded(forgetful.routes) == {"/quick", "/no-page"}


def no_page(visit: Visiting) -> None:
    """A handler that nobody made the handler of a page: it would be given no visit."""
    raise AssertionError(visit)


def test_who_only_looks_only_asks_to_be_shown_something(app: FastAPI) -> None:
    routes = [route for route in every_route(app.routes) if isinstance(route, Page)]
    looking = {route.path: route.methods for route in routes if Looking in annotations(route)}
    assert {route.path for route in routes if asks(route.dependant, let_look)} == looking.keys()
    assert not any(asks(route.dependant, admitted) for route in routes if route.path in looking)
    assert {"/ho-so/{identity}", "/dot/{code}/ho-so"} <= looking.keys()
    assert {method for methods in looking.values() for method in methods or ()} == {"GET"}


def annotations(route: APIRoute) -> list[Any]:
    """What a handler asks for."""
    return [one.annotation for one in inspect.signature(route.endpoint).parameters.values()]


def test_the_names_are_those_that_were_promised(app: FastAPI) -> None:
    paths: dict[str, dict[str, Any]] = app.openapi()["paths"]
    assert {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods} >= FIXED


def test_the_document_is_served_and_is_whole(portal: Portal) -> None:
    document = portal.http.get("/api/v1/openapi.json").json()
    assert document == portal.contract.document
    assert document["openapi"].startswith("3.1")
    for shape in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(shape)
    for path, methods in document["paths"].items():
        for operation in methods.values():
            assert not operation["summary"].isascii(), path
            assert ("security" in operation) == (path not in OPEN)
            assert {"200", "500"} <= operation["responses"].keys()
            assert all(
                not answer["description"].isascii()
                for status, answer in operation["responses"].items()
                if status != "200"
            )
    assert "HTTPValidationError" not in document["components"]["schemas"]


def test_bodies_take_nothing_that_is_not_declared(portal: Portal) -> None:
    shapes = portal.contract.document["components"]["schemas"]
    objects = {name: shape for name, shape in shapes.items() if shape["type"] == "object"}
    assert {"StepAsked", "PlanAsked", "FindingAsked"} < objects.keys()
    assert [name for name, shape in objects.items() if shape.get("additionalProperties") is not False] == []
