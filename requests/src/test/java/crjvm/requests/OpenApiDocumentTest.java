package crjvm.requests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenApiDocumentTest {
  @TempDir Path folder;

  private RequestList read(String text) throws IOException, InputException {
    return OpenApiDocument.read(Files.writeString(folder.resolve("api"), text));
  }

  @Test
  void operationsWithValuesForTheirParameters() throws Exception {
    RequestList list =
        read(
            """
            openapi: 3.1.0
            servers: [{url: "https://shop.example/api/"}]
            paths:
              /owners/{ownerId}:
                parameters:
                  - {name: ownerId, in: path, required: true, schema: {type: integer, example: 7}}
                get:
                  security: [{bearer: []}]
                  parameters:
                    - $ref: '#/components/parameters/size'
                    - {name: page, in: query, schema: {type: integer}}
                    - {name: X-Tenant, in: header, required: true, example: a b}
                delete: {}
              /pets/{petId}:
                get:
                  parameters: [{name: petId, in: path, required: true, schema: {type: string}}]
              /vets:
                get: {}
            components:
              parameters:
                size: {name: size, in: query, required: true, schema: {$ref: '#/components/schemas/Size'}}
              schemas:
                Size: {type: string, enum: [full & whole, short]}
            """);

    assertThat(list.format("http://h"))
        .isEqualTo(
            """
            @host = http://h

            ###
            GET {{host}}/api/owners/7?size=full%20%26%20whole
            X-Tenant: a b

            ###
            GET {{host}}/api/vets

            """);
    assertThat(list.report())
        .containsExactly(
            "2 requests",
            "left out: 1 DELETE operations, which have effects",
            "GET /owners/{ownerId} needs credentials: add a login to the file",
            "left out: GET /pets/{petId}, which has no example for \"petId\"");
  }

  @Test
  void aDocumentOfSwaggerInJson() throws Exception {
    RequestList list =
        read(
            """
            {"swagger": "2.0", "basePath": "/v2", "paths": {"/pet/{id}": {"get": {"parameters": [
              {"name": "id", "in": "path", "type": "integer", "default": 3}]}}}}
            """);

    assertThat(list.format("http://h")).contains("GET {{host}}/v2/pet/3\n");
  }

  @Test
  void otherDocumentsAreRefused() {
    assertThatThrownBy(() -> read("a: b"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("has no \"paths\"");
    assertThatThrownBy(() -> read("a: [b"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("has another format");
  }

  @Test
  void aReferenceToItselfEnds() throws Exception {
    RequestList list =
        read("paths: {/a: {get: {parameters: [{$ref: '#/x'}]}}}\nx: {$ref: '#/x'}\n");

    assertThat(list.format("http://h")).contains("GET {{host}}/a\n");
  }
}
