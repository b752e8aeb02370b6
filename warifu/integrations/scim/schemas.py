"""What the service says about itself (RFC 7643 §5 to §7) 職員連携の仕様."""

from typing import Any

from . import groups, reading, users

LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"


def _attribute(name: str, *, kind: str = "string", many: bool = False, required: bool = False, **more: Any) -> Any:
    return {
        "name": name,
        "type": kind,
        "multiValued": many,
        "required": required,
        "caseExact": False,
        "mutability": "readWrite",
        "returned": "default",
        "uniqueness": "none",
        **more,
    }


CONFIG: dict[str, Any] = {
    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
    "patch": {"supported": True},
    "bulk": {"supported": False, "maxOperations": 0, "maxPayloadSize": 0},
    "filter": {"supported": True, "maxResults": users.MOST},
    "changePassword": {"supported": False},
    "sort": {"supported": False},
    "etag": {"supported": True},
    "authenticationSchemes": [
        {
            "type": "oauthbearertoken",
            "name": "Bearer token",
            "description": "A token that an administrator of the municipality has issued.",
        }
    ],
}
TYPES: dict[str, dict[str, Any]] = {
    name: {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
        "id": name,
        "name": name,
        "endpoint": endpoint,
        "schema": schema,
        "schemaExtensions": extensions,
    }
    for name, endpoint, schema, extensions in (
        ("User", "/Users", users.SCHEMA, [{"schema": reading.ENTERPRISE, "required": False}]),
        ("Group", "/Groups", groups.SCHEMA, []),
    )
}
_MEMBERS = [_attribute("value", mutability="immutable"), _attribute("display", mutability="readOnly")]
SCHEMAS: dict[str, dict[str, Any]] = {
    schema: {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema"],
        "id": schema,
        "name": name,
        "attributes": attributes,
    }
    for schema, name, attributes in (
        (
            users.SCHEMA,
            "User",
            [
                _attribute("userName", required=True, uniqueness="server"),
                _attribute("displayName"),
                _attribute("name", kind="complex", subAttributes=[_attribute("formatted")]),
                _attribute("title", mutability="immutable"),
                _attribute("active", kind="boolean"),
                _attribute("emails", kind="complex", many=True, mutability="readOnly"),
            ],
        ),
        (
            reading.ENTERPRISE,
            "EnterpriseUser",
            [_attribute("employeeNumber"), _attribute("department", mutability="immutable")],
        ),
        (
            groups.SCHEMA,
            "Group",
            [
                _attribute("displayName", required=True),
                _attribute("members", kind="complex", many=True, subAttributes=_MEMBERS),
            ],
        ),
    )
}
