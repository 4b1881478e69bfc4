"""A client of the API: every answer it gets is held against the OpenAPI document, and against what no answer lacks."""

import re
from dataclasses import dataclass, field
from typing import Any

import httpx
from fastapi import FastAPI
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # it ships no types

from engine import tokens
from tests.world import ORIGIN, World

DAY = "2025-11-20"
V1 = "/api/v1"


@dataclass
class Contract:
    """The OpenAPI document, and which of its answers were seen."""

    document: dict[str, Any]
    seen: set[tuple[str, str, int]] = field(default_factory=set)
    shapes: dict[tuple[str, str, int], Draft202012Validator] = field(default_factory=dict)

    def operation(self, method: str, path: str) -> tuple[str, dict[str, Any]] | None:
        """The template and operation a request meets; None for an address the document does not have."""
        for template, operations in self.document["paths"].items():
            pattern = re.sub(r"\\\{\w+\\\}", "[^/]*", re.escape(template))
            if re.fullmatch(pattern, path) and method.lower() in operations:
                return template, operations[method.lower()]
        return None

    def check(self, answer: httpx.Response) -> None:
        """The status is declared, the body has its shape, and the headers are there."""
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert "server" not in answer.headers
        assert not any(name.startswith("access-control") for name in answer.headers)
        found = self.operation(answer.request.method, answer.request.url.raw_path.decode().partition("?")[0])
        if found is None:
            return
        template, operation = found
        assert str(answer.status_code) in operation["responses"], (template, answer.status_code, answer.text)
        self.seen.add((answer.request.method, template, answer.status_code))
        media, kinds = answer.headers.get("content-type", "").partition(";")[0], self.kinds(answer, template)
        assert media in kinds, (template, answer.status_code, media)
        if media != "application/json":
            return
        shape = self.shape(answer.request.method, template, answer.status_code)
        problems = [error.message for error in shape.iter_errors(answer.json())]
        assert problems == [], (template, answer.status_code, answer.text)

    def kinds(self, answer: httpx.Response, template: str) -> set[str]:
        """The media types the document knows for such an answer; "" stands for an answer without a body."""
        operation = self.document["paths"][template][answer.request.method.lower()]
        return set(operation["responses"][str(answer.status_code)].get("content", {"": None}))

    def shape(self, method: str, template: str, status: int) -> Draft202012Validator:
        """What an answer must look like."""
        if (method, template, status) not in self.shapes:
            declared = self.document["paths"][template][method.lower()]["responses"][str(status)]
            schema = {**declared["content"]["application/json"]["schema"], "components": self.document["components"]}
            self.shapes[method, template, status] = Draft202012Validator(schema)
        return self.shapes[method, template, status]


@dataclass(frozen=True)
class Portal:
    """The running server."""

    app: FastAPI
    http: httpx.Client
    contract: Contract

    def client(self, world: World, name: str | None) -> "Caller":
        """Somebody's client, with a new token; None is nobody's."""
        return Caller(self, world, token_for(world, name) if name else None)


@dataclass
class Caller:
    """Somebody with a token (or without), in one world."""

    portal: Portal
    world: World
    token: str | None

    def call(self, method: str, path: str, **more: Any) -> httpx.Response:  # noqa: ANN401 - httpx's options
        """One request; `path` is under /api/v1 unless it begins so."""
        whole = path if path.startswith(("/api", "/healthz", "/readyz")) else V1 + path
        headers = httpx.Headers(more.pop("headers", {}))
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        self.portal.app.state.database = self.world.database
        answer = self.portal.http.request(method, whole, headers=headers, **more)
        self.portal.contract.check(answer)
        return answer

    def get(self, path: str, **query: object) -> httpx.Response:
        """A reading request."""
        return self.call("GET", path, params={name: str(value) for name, value in query.items()})

    def post(self, path: str, body: object, **headers: str) -> httpx.Response:
        """A writing request; `headers` in words with underscores."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.call("POST", path, json=body, headers=named)

    def step(self, identity: str, action: str, **more: Any) -> httpx.Response:  # noqa: ANN401 - the body's, and `headers`
        """One step, in the rehearsal's day."""
        headers = more.pop("headers", {})
        body = {"action": action, "today": DAY, **more}
        return self.call("POST", f"/nominations/{identity}/steps", json=body, headers=headers)

    def plan(self, code: str, action: str, source: str, **more: object) -> httpx.Response:
        """A plan, in the rehearsal's day."""
        body = {"action": action, "from": source, "today": DAY, **more}
        return self.call("POST", f"/campaigns/{code}/plans", json=body)


def token_for(world: World, name: str) -> str:
    """A new token."""
    with world.database.transaction() as session:
        return tokens.issue(session, name, ORIGIN)
