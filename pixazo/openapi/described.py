"""The document says of itself where it is."""

from pixazo.openapi.doors import OpenApi, OpenApiYaml
from pixazo.openapi.operation import Operation, Operations
from pixazo.openapi.shapes import free

OPERATIONS: Operations = {
    OpenApi: {"GET": Operation("This document", free("OpenAPI 3.1."))},
    OpenApiYaml: {"GET": Operation("This document as YAML", files=("application/yaml",))},
}
